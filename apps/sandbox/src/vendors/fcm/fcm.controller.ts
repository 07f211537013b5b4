import { randomBytes } from 'node:crypto';
import { Controller, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import type { FastifyReply } from 'fastify';
import { LRUCache } from 'lru-cache';
import { isRight } from '../credentials.js';
import { answer } from '../line.js';
import { bearerOf, formOf, jsonOf } from '../request-fields.js';
import type { VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { accountOfAssertion } from './google-assertion.js';
import { readFcmMessage } from './fcm-message.js';
import { fcm, NOT_OF_FCM } from './fcm-protocol.js';

const TOKEN_LIFE_S = 3_600;
const MAX_TOKENS = 10_000;

/** Firebase Cloud Messaging, version 1 of its HTTP API, and Google's token endpoint beside it. */
@Controller('vendors/fcm')
export class FcmController {
  private readonly tokens = new LRUCache<string, true>({ max: MAX_TOKENS, ttl: TOKEN_LIFE_S * 1_000 });

  constructor(
    private readonly reception: VendorReception,
    private readonly clock: Clock,
  ) {}

  /** A service account's signed assertion for an access token (RFC 7523). */
  @Post('token')
  async token(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    const { grant_type: grant, assertion = '' } = formOf(request);
    const account = accountOfAssertion(assertion, this.clock.now());
    if (grant !== 'urn:ietf:params:oauth:grant-type:jwt-bearer' || !isRight(account)) {
      const body = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
      return answer(reply, { status: 400, body });
    }
    const token = `ya29.${randomBytes(32).toString('base64url')}`;
    this.tokens.set(token, true);
    await answer(reply, {
      status: 200,
      body: { access_token: token, expires_in: TOKEN_LIFE_S - 1, token_type: 'Bearer' },
    });
  }

  @Post('v1/projects/:project/:verb')
  send(
    @Param('project') project: string,
    @Param('verb') verb: string,
    @Req() request: VendorRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (verb !== 'messages:send') throw new NotFoundException();
    const read = () => {
      this.checkToken(request);
      return readFcmMessage(jsonOf(request), project, request.rawBody ?? Buffer.alloc(0));
    };
    return jsonOf(request)['validate_only'] === true
      ? this.reception.inform(fcm, reply, () => {
          const { refusal, answer: found } = read();
          if (refusal) throw refusal;
          return found;
        })
      : this.reception.receive(fcm, reply, read);
  }

  private checkToken(request: VendorRequest): void {
    if (this.tokens.has(bearerOf(request) ?? '')) return;
    throw new VendorRefusal(401, NOT_OF_FCM, 'Request had invalid authentication credentials.');
  }
}
