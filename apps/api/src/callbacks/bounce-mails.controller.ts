import { Controller, HttpException, HttpStatus, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { toNewDeliveryEvent } from '@outbell/intake/new-delivery-event.js';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { type DeliveryEvent, UnreadableCallbackError } from '@outbell/providers/callback.js';
import { readBounceMail } from '@outbell/providers/bounce-mail/bounce-mail.callbacks.js';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyRequest } from 'fastify';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { ActionRoute } from '../http/route.decorators.js';
import { BounceMailDto } from './bounce-mail.dto.js';

const MAX_MAIL = 10_485_760;
const MAIL = 'message/rfc822';

/** What evidence of it is stored under, in the place of a provider. */
const PROVIDER = 'bounce-mail';

@ApiTags('callbacks')
@Controller('v1/bounce-mails')
export class BounceMailsController {
  constructor(private readonly callbacks: CallbackRepository) {}

  @ActionRoute('messages:write', BounceMailDto, {
    path: '',
    summary: 'Hand over a mail that bounced',
    description:
      'For mail sent by SMTP, whose bounces come back as mails: delivery status notifications and complaints (ARF). ' +
      'What it says is applied to the message it names; told again, it counts once.',
  })
  @RouteConfig({ rawBody: MAX_MAIL })
  @ApiConsumes(MAIL)
  @ApiBody({ schema: { type: 'string', format: 'binary' }, description: 'The whole mail as it came, at most 10 MB.' })
  async reportBounceMail(@CurrentKey() { tenantId }: AuthenticatedKey, @Req() request: FastifyRequest) {
    const body = mailOf(request);
    const evidence = evidenceIn(body);
    if (evidence.length === 0) return { events: 0, new_events: 0 };
    const came = { method: 'POST', path: '/v1/bounce-mails', headers: { 'content-type': MAIL }, body };
    const fresh = await this.callbacks.store(
      { provider: PROVIDER, connectionId: null, tenantId, ...came, state: 'read' },
      evidence.map(toNewDeliveryEvent),
    );
    return { events: evidence.length, new_events: fresh };
  }
}

/** @throws {InputError} for what is no mail */
function evidenceIn(mail: Buffer): DeliveryEvent[] {
  try {
    return readBounceMail(mail);
  } catch (error) {
    if (error instanceof UnreadableCallbackError) throw InputError.forField('body', 'is no mail', 400, 'wrong_format');
    throw error;
  }
}

/** @throws {HttpException} 415 */
function mailOf({ headers, body }: FastifyRequest): Buffer {
  if (!/^\s*message\/rfc822\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new HttpException(`The body must be ${MAIL}.`, HttpStatus.UNSUPPORTED_MEDIA_TYPE);
  }
  if (!Buffer.isBuffer(body) || body.length === 0) throw InputError.forField('body', 'is empty', 400, 'required');
  return body;
}
