import { randomUUID } from 'node:crypto';
import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isRight } from '../credentials.js';
import { bearerOf, jsonOf } from '../request-fields.js';
import type { Submission, VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { readResendMail, resend } from './resend-mail.js';

const MAX_KEY_LENGTH = 256;
const DOMAIN = {
  id: '00000000-0000-4000-8000-000000000000',
  name: 'acme.test',
  status: 'verified',
  region: 'eu-west-1',
};

/** Resend: takes a mail once under an idempotency key. */
@Controller('vendors/resend')
export class ResendController {
  private readonly keys = new IdempotencyKeys();

  constructor(private readonly reception: VendorReception) {}

  @Post('emails')
  send(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    let end = (): void => undefined;
    const read = () => {
      const submission = this.read(request);
      const { account, key } = submission;
      if (key === undefined) return submission;
      if (!this.keys.begin(account, key)) return { ...submission, refusal: CONCURRENT };
      end = () => this.keys.end(account, key);
      return submission;
    };
    return this.reception.receive(resend, reply, read).finally(() => end());
  }

  @Get('domains')
  domains(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.inform(resend, reply, () => {
      accountOf(request);
      return { status: 200, body: { object: 'list', has_more: false, data: [DOMAIN] } };
    });
  }

  private read(request: VendorRequest): Submission & { key: string | undefined } {
    const account = accountOf(request);
    const raw = request.rawBody ?? Buffer.alloc(0);
    const key = keyOf(request);
    const known = key === undefined ? null : this.keys.find(account, key, raw);
    const id = known === null || known === 'other' ? randomUUID() : known.id;
    const mail = readResendMail(jsonOf(request));
    return {
      ...mail,
      account,
      key,
      messageId: mail.tags['message_id'] ?? key ?? null,
      providerMessageId: id,
      raw,
      repeated: known !== null && known !== 'other',
      refusal: known === 'other' ? OTHER_BODY : mail.refusal,
      onTaken: () => {
        if (key !== undefined) this.keys.remember(account, key, raw, id);
      },
      answer: { status: 200, body: { id } },
    };
  }
}

const CONCURRENT = new VendorRefusal(
  409,
  'concurrent_idempotent_requests',
  'Another request with the same idempotency key is in progress.',
);

const OTHER_BODY = new VendorRefusal(
  409,
  'invalid_idempotent_request',
  'This idempotency key has been used on a request that was sent with a different body.',
);

function keyOf({ headers }: VendorRequest): string | undefined {
  const { 'idempotency-key': key } = headers;
  if (typeof key !== 'string') return undefined;
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return key;
  throw new VendorRefusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
}

function accountOf(request: VendorRequest): string {
  const key = bearerOf(request);
  if (key === undefined)
    throw new VendorRefusal(401, 'missing_api_key', 'Missing API key in the authorization header.');
  if (isRight(key, /^re_/)) return key;
  throw new VendorRefusal(403, 'invalid_api_key', 'API key is invalid.');
}
