import { Controller, Get, Header, Headers, HttpCode, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiConsumes,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/access.decorators.js';
import { maskedAddress } from './masked-address.js';
import { readWish } from './one-click.js';
import { pageLanguage } from './page-language.js';
import { PAGE_POLICY, type PageState, unsubscribePage } from './unsubscribe.page.js';
import { type Subscription, UnsubscribeService } from './unsubscribe.service.js';

const MAX_FORM = 65_536;

/** What the form says. */
const WISH = {
  type: 'object',
  properties: {
    'List-Unsubscribe': { type: 'string', enum: ['One-Click'] },
    action: { type: 'string', enum: ['resubscribe'] },
  },
};

/** A page, in the recipient’s language. */
const PAGE = { 'text/html': { schema: { type: 'string' } } } as const;

@ApiTags('unsubscribe')
@ApiParam({ name: 'token', description: 'That of the link in the message.' })
@ApiOkResponse({ description: 'The page.', content: PAGE })
@ApiNotFoundResponse({ description: 'The page of a link that is not, or no longer, known.', content: PAGE })
@Controller('u')
export class UnsubscribeController {
  constructor(private readonly service: UnsubscribeService) {}

  @Get(':token')
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @ApiOperation({
    summary: 'The page of an unsubscribe link',
    description: 'Says who writes to whom, in the recipient’s language. Changes nothing: it holds a button.',
  })
  async getUnsubscribePage(
    @Param('token') token: string,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const found = await this.service.find(token);
    return show(reply, found ? stateOf(found) : 'invalid', found, accepted);
  }

  @Post(':token')
  @Public()
  @RouteConfig({ rawBody: MAX_FORM })
  @HttpCode(HttpStatus.OK)
  @Header('Content-Type', 'text/html; charset=utf-8')
  @ApiConsumes('application/x-www-form-urlencoded', 'multipart/form-data')
  @ApiBody({ schema: WISH })
  @ApiOperation({
    summary: 'Unsubscribe in one click (RFC 8058)',
    description:
      'The body is `List-Unsubscribe=One-Click`. The recipient of the message gets no more bulk messages of its ' +
      'tenant, or of its topic where it has one. `action=resubscribe`, of the page, takes it back.',
  })
  async unsubscribe(
    @Param('token') token: string,
    @Headers('accept-language') accepted: string | undefined,
    @Req() { body, headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const wish = await readWish(Buffer.isBuffer(body) ? body : Buffer.alloc(0), headers['content-type']);
    if (wish === null) throw InputError.forField('List-Unsubscribe', 'must be One-Click', 400, 'not_allowed');
    const found = await this.service.find(token);
    if (!found) return show(reply, 'invalid', null, accepted);
    if (wish === 'resubscribe') {
      await this.service.resubscribe(found);
      return show(reply, found.undoable ? 'resubscribed' : 'final', found, accepted);
    }
    await this.service.unsubscribe(found);
    return show(reply, found.refusals.length > 0 ? stateOf(found) : 'done', found, accepted);
  }
}

/** As it was found. */
function stateOf({ refusals, undoable }: Subscription): PageState {
  if (refusals.length === 0) return 'ask';
  return undoable ? 'already' : 'final';
}

function show(reply: FastifyReply, state: PageState, found: Subscription | null, accepted: string | undefined): string {
  reply.header('cache-control', 'no-store').header('content-security-policy', PAGE_POLICY);
  reply.header('referrer-policy', 'no-referrer').header('vary', 'Accept-Language');
  if (!found) {
    reply.code(HttpStatus.NOT_FOUND);
    return unsubscribePage('invalid', pageLanguage([], accepted), null);
  }
  const { recipient, topic, senderName, senderAddress, tenantName, contactLocale, templateLocale } = found.mailing;
  const subject = { senderName: senderName ?? tenantName, senderAddress, recipient: maskedAddress(recipient), topic };
  return unsubscribePage(state, pageLanguage([contactLocale, templateLocale], accepted), subject);
}
