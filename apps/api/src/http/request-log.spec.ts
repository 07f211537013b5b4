import { Body, Controller, Logger, Module, Param, Post } from '@nestjs/common';
import { IsObject, IsString } from 'class-validator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { LogCapture } from '../../../../test/support/log-capture.js';
import { RequireScope } from '../auth/access.decorators.js';

class SendDto {
  @IsString()
  to!: string;

  @IsObject()
  variables!: object;
}

@Controller('v1/mail')
class MailController {
  private readonly logger = new Logger(MailController.name);

  @Post(':id')
  @RequireScope('messages:write')
  send(@Param('id') id: string, @Body() body: SendDto): string {
    this.logger.log('sending', Object.assign({ id }, body));
    this.logger.warn(`rejected for ${body.to}`, new Error(`550 <${body.to}> unknown`));
    throw new Error(`no mailbox ${body.to}`);
  }
}

@Module({ controllers: [MailController] })
class MailRoom {}

const ADDRESS = 'canary@example.org';
const SECRET = 'canary-secret-7f3a';

let api: TestApi;
let key: TestKey;
const logs = new LogCapture();

beforeAll(async () => {
  api = await TestApi.start({}, [MailRoom]);
  key = await api.newKey();
  api.app.useLogger(logs.logger);
});
beforeEach(() => logs.clear());
afterAll(() => api.stop());

function send(payload: object | string, url = '/v1/mail/1', headers: Record<string, string> = {}) {
  return api.app.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': 'application/json', ...key.headers, ...headers },
  });
}

describe('the log of a request', () => {
  it('is one line with route, status, duration, request and tenant', async () => {
    const answer = await send({ to: ADDRESS, variables: {} }, '/v1/mail/42?trace=canary');
    expect(logs.lines({ logger: 'Request' })).toEqual([
      expect.objectContaining({
        level: 'info',
        message: 'request',
        method: 'POST',
        route: '/v1/mail/:id',
        status: 500,
        duration_ms: expect.any(Number) as number,
        requestId: answer.headers['x-request-id'],
        tenantId: key.tenantId,
      }),
    ]);
  });

  it('has the ids of request and tenant on every line, past the reading of the body', async () => {
    const answer = await send({ to: ADDRESS, variables: {} });
    // Nest has one logger a process: what an app of another spec says while it closes is not of this request.
    const background = new Set(logs.lines().map((line) => line['logger']));
    for (const logger of [MailController.name, 'Request', 'ProblemFilter']) background.delete(logger);
    const lines = logs.lines().filter((line) => !background.has(line['logger']));
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(new Set(lines.map((line) => line['requestId']))).toEqual(new Set([answer.headers['x-request-id']]));
    expect(new Set(lines.map((line) => line['tenantId']))).toEqual(new Set([key.tenantId]));
  });

  it('never holds a secret or an address, wherever it stood', async () => {
    const body = { to: ADDRESS, variables: { code: SECRET } };
    await send(body);
    await send({ ...body, password: SECRET });
    await send(`{"to": "${ADDRESS}", ${SECRET}`);
    await send(body, `/v1/mail/${SECRET}?api_key=${SECRET}`);
    await send(body, `/v1/${ADDRESS}/${SECRET}`);
    await send(body, `/v1/keys/%zz${SECRET}`);
    await send(body, '/v1/mail/1', { authorization: `Bearer ${SECRET}` });
    await send(body, '/v1/mail/1', { 'x-request-id': ADDRESS, cookie: SECRET, 'user-agent': SECRET });
    await send(body, '/v1/mail/1', { 'content-type': `text/${SECRET}` });
    expect(logs.lines({ logger: 'Request' }).length).toBeGreaterThanOrEqual(8);
    expect(logs.text).not.toMatch(/canary/);
    expect(logs.text).not.toContain(key.key);
  });

  it('is quiet about probes', async () => {
    await api.app.inject({ url: '/health/live' });
    expect(logs.lines({ logger: 'Request', level: 'info' })).toEqual([]);
  });

  it('names the key, the message and the Idempotency-Key', async () => {
    const id = '019b0c5e-7a41-7c3e-9d52-6f1f0a8f3f11';
    await api.app.inject({ url: `/v1/messages/${id}`, headers: { ...key.headers, 'idempotency-key': 'order-7' } });
    expect(logs.lines({ logger: 'Request' })).toEqual([
      expect.objectContaining({ keyPrefix: key.prefix, messageId: id, idempotencyKey: 'order-7' }),
    ]);
  });
});
