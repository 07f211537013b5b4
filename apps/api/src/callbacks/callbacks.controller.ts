import { Controller, Get, Header, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { LARGEST_CALLBACK } from '@outbell/providers/callback.js';
import { Clock } from '@outbell/shared/clock.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/access.decorators.js';
import { CallbackGate } from './callback-gate.js';
import { CallbacksService } from './callbacks.service.js';

/** Some vendors send what they are answered with on to the recipient: text is sent only where it was asked for. */
const PLAIN = 'text/plain; charset=utf-8';
const TEXT = { 'text/plain': { schema: { type: 'string' } } } as const;

type Callback = FastifyRequest<{ Params: { provider: string; connection: string } }>;

@ApiTags('callbacks')
@ApiParam({ name: 'connection', type: String, format: 'uuid', description: 'Its id.' })
@ApiParam({ name: 'provider', type: String, example: 'twilio', description: 'That of the connection.' })
@ApiUnauthorizedResponse({ description: 'It was not the vendor.' })
@ApiTooManyRequestsResponse({ description: 'Too many callbacks of the address were refused.' })
@Controller('callbacks/:provider/:connection')
export class CallbacksController {
  constructor(
    private readonly callbacks: CallbacksService,
    private readonly gate: CallbackGate,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Public()
  @Header('Content-Type', PLAIN)
  @ApiOperation({
    summary: 'What a vendor tells by GET, or a challenge of it',
    description: 'For vendors. `callback_url` of a connection is the address to enter there.',
  })
  @ApiOkResponse({ description: 'Empty, or the answer to the challenge.', content: TEXT })
  verifyCallback(@Req() request: Callback, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return this.receive(request, reply);
  }

  @Post()
  @Public()
  @RouteConfig({ rawBody: LARGEST_CALLBACK })
  @HttpCode(HttpStatus.OK)
  @Header('Content-Type', PLAIN)
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded', 'text/plain')
  @ApiBody({ schema: { type: 'string' }, description: 'As the vendor’s protocol has it.' })
  @ApiOperation({
    summary: 'What a vendor tells of messages it took',
    description:
      'For vendors: receipts, bounces, complaints, opt-outs. Checked by the vendor’s signature with the ' +
      'connection’s secrets, or by the token in the address where it signs nothing; stored once, however often it ' +
      'is told; applied in the background, but for what a person refuses: that holds before it is answered.',
  })
  @ApiOkResponse({ description: 'It is stored, or was before.', content: TEXT })
  receiveCallback(@Req() request: Callback, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return this.receive(request, reply);
  }

  private async receive(request: Callback, reply: FastifyReply): Promise<string> {
    const { provider, connection } = request.params;
    const { status, body } = await this.gate.pass(request.ip, connection, () =>
      this.callbacks.receive(provider, connection, request.originalUrl, {
        method: request.method === 'GET' ? 'GET' : 'POST',
        headers: headersOf(request),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        receivedAt: this.clock.now(),
      }),
    );
    reply.code(status);
    return body;
  }
}

/** A header that came twice is one, as its definition has it. */
function headersOf({ headers }: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
