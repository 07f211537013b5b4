import { Controller, Get, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { RequireScope } from '../apps/api/src/auth/access.decorators.js';
import { TestApi, type TestKey } from './support/api.js';
import { TenantFactory } from './support/factories.js';

const CREDENTIALS = { host: 'mail.invalid', port: 587, security: 'starttls' };
const MESSAGE = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'x', text: 'x' };
const LATER = new Date(Date.now() + 3_600_000).toISOString();
const MAIL = 'From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nHello\r\n';

/** What a request makes is a part of later paths, by this name. */
type Step = [route: string, payload?: object | string | undefined, makes?: string | undefined, query?: string];

/** Every route of the API with all that narrows its lists, in an order in which each succeeds. */
const TOUR: Step[] = [
  ['POST /v1/keys', { name: 'x', mode: 'live', scopes: ['keys:read'] }, 'key'],
  ['GET /v1/keys', undefined, undefined, '?limit=1'],
  ['GET /v1/keys/{key}'],
  ['DELETE /v1/keys/{key}', undefined, undefined, '?descendants=true'],
  ['POST /v1/connections', { channel: 'email', provider: 'smtp', name: 'x', credentials: CREDENTIALS }, 'connection'],
  ['GET /v1/connections', undefined, undefined, '?channel=email&provider=smtp&active=true'],
  ['GET /v1/connections/{connection}'],
  ['PATCH /v1/connections/{connection}', { name: 'y', priority: 7 }],
  ['POST /v1/connections/{connection}/verify', {}],
  ['DELETE /v1/connections/{connection}'],
  ['POST /v1/senders', { channel: 'email', address: 'b@example.com' }, 'sender'],
  ['GET /v1/senders', undefined, undefined, '?channel=email&status=pending'],
  ['GET /v1/senders/{sender}'],
  ['PATCH /v1/senders/{sender}', { name: 'x' }],
  ['POST /v1/senders/{sender}/resend-code', {}],
  ['POST /v1/senders/{sender}/verify', { code: '000000' }],
  ['POST /v1/templates', { name: 'x', channel: 'email', subject: 'x', text: 'x' }, 'template'],
  ['GET /v1/templates', undefined, undefined, '?name=x&channel=email'],
  ['GET /v1/templates/{template}'],
  ['POST /v1/templates/{template}/versions', { subject: 'y', text: 'y' }],
  ['GET /v1/templates/{template}/versions'],
  ['POST /v1/templates/{template}/publish', { version: 2 }],
  ['POST /v1/templates/{template}/preview', { version: 2 }],
  ['POST /v1/suppressions', { channel: 'email', address: 'c@example.org' }, 'suppression'],
  ['GET /v1/suppressions', undefined, undefined, '?channel=email&address=c@example.org'],
  ['GET /v1/suppressions/{suppression}'],
  ['POST /v1/suppressions/import', 'channel,address\nemail,d@example.org\n'],
  ['GET /v1/suppressions/export'],
  ['DELETE /v1/suppressions/{suppression}'],
  ['POST /v1/contacts', { external_id: 'c-1', email: 'ann@example.org' }, 'contact'],
  ['GET /v1/contacts', undefined, undefined, '?external_id=c-1&email=ann@example.org'],
  ['POST /v1/contacts/import', 'external_id,email\nc-2,e@example.org\n'],
  ['GET /v1/contacts/export'],
  ['GET /v1/contacts/{contact}'],
  ['PATCH /v1/contacts/{contact}', { phone: '+33612345678' }],
  ['POST /v1/contacts/{contact}/devices', { provider: 'fcm', token: 'abc:def' }, 'device'],
  ['POST /v1/messages', { ...MESSAGE, scheduled_at: LATER }, 'message'],
  ['POST /v1/messages', { ...MESSAGE, to: undefined, to_contact: 'c-1', on_unknown: 'resend' }],
  ['POST /v1/messages/batch', { messages: [MESSAGE] }],
  [
    'GET /v1/messages',
    undefined,
    undefined,
    `?channel=email&status=queued&recipient=ann@example.org&created_after=2026-01-01T00:00:00Z&tag=x`,
  ],
  ['GET /v1/messages/{message}'],
  ['GET /v1/messages/{message}/explain'],
  ['POST /v1/messages/{message}/cancel', {}],
  ['POST /v1/messages/{failed}/retry', {}],
  ['DELETE /v1/templates/{template}'],
  ['DELETE /v1/senders/{sender}'],
  ['DELETE /v1/contacts/{contact}/devices/{device}'],
  ['DELETE /v1/contacts/{contact}'],
  ['POST /v1/bounce-mails', MAIL],
  ['GET /v1/tenant'],
  ['POST /v1/tenant/resume', {}],
  ['POST /v1/whatsapp-sessions', { name: 'x', pair_by: 'qr' }, 'session'],
  ['GET /v1/whatsapp-sessions'],
  ['GET /v1/whatsapp-sessions/{session}'],
  ['DELETE /v1/whatsapp-sessions/{session}'],
];

/** They end when something else does; their own specs ask for them. */
const NOT_ASKED = ['GET /v1/whatsapp-sessions/{}/events'];

const unnamed = (route: string) => route.replace(/\{\w*\}/g, '{}');

describe('a statement of the API', () => {
  let api: TestApi;
  let key: TestKey;
  const made: Record<string, string> = {};

  beforeAll(async () => {
    api = await TestApi.start({ CHANNELS: 'email,push,whatsapp', SEND_TIMEOUT_MS: '200' });
    const tenant = await TenantFactory.create(api.database.dataSource);
    key = await api.newKey({ tenantId: tenant.tenantId });
    const [failed] = await tenant.messages(1);
    made['failed'] = failed ?? '';
    await tenant.set(made['failed'], { status: 'failed', reason: 'refused' });
  });

  async function step([route, payload, makes, query = '']: Step): Promise<string> {
    const [method = '', path = ''] = route.split(' ');
    // What has to be so, for the request to succeed.
    if (route.endsWith('resend-code'))
      await api.database.dataSource.query(`UPDATE sender SET code_expires_at = now() WHERE id = $1`, [made['sender']]);
    if (route.endsWith('resume'))
      await api.database.dataSource.query(`UPDATE tenant SET paused_at = now(), pause_reason = 'x'`);
    if (route.endsWith('{sender}/verify')) await verified();
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => made[name] ?? name) + query;
    const type = route.endsWith('import') ? 'text/csv' : 'message/rfc822';
    const mail = typeof payload === 'string' ? { 'content-type': type } : {};
    const answer = await api.app.inject({
      method: method as 'GET',
      url,
      headers: { ...key.headers, ...mail },
      ...(payload !== undefined && { payload }),
    });
    if (makes !== undefined) made[makes] = answer.json<{ id: string }>().id;
    return `${route}: ${answer.statusCode < 300 ? 'done' : answer.body}`;
  }

  /** As if the right code had been entered: the route then answers with what is there. */
  function verified(): Promise<unknown> {
    return api.database.dataSource.query(
      `UPDATE sender SET status = 'verified', verified_at = now(), code_hash = NULL WHERE id = $1`,
      [made['sender']],
    );
  }

  it('is kept to the tenant of its request, whatever is asked', async () => {
    const done: string[] = [];
    for (const each of TOUR) done.push(await step(each));
    expect(done).toEqual(TOUR.map(([route]) => `${route}: done`));
    const { paths } = (await api.app.inject({ url: '/docs-json' })).json<{ paths: Record<string, object> }>();
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => unnamed(`${method.toUpperCase()} ${path}`)),
    );
    const asked = new Set([...TOUR.map(([route]) => unnamed(route)), ...NOT_ASKED]);
    expect(routes.filter((route) => route.includes(' /v1/') && !asked.has(route))).toEqual([]);
    expect(api.statements.texts.size).toBeGreaterThan(50);
    // Checks all that was seen.
    await api.stop();
  });

  it('is found where it is not, by every spec that stops an API', async () => {
    @Controller('v1/strangers')
    class Strangers {
      constructor(private readonly dataSource: DataSource) {}

      @Get()
      @RequireScope('messages:read')
      all(): Promise<unknown> {
        return this.dataSource.query('SELECT id FROM message WHERE recipient = $1', ['ann@example.org']);
      }
    }
    @Module({ controllers: [Strangers] })
    class StrangersRoom {}
    const planted = await TestApi.start({}, [StrangersRoom]);
    const { headers } = await planted.newKey();
    expect((await planted.app.inject({ url: '/v1/strangers', headers })).statusCode).toBe(200);
    await expect(planted.stop()).rejects.toThrow('message is of any tenant:\nSELECT id FROM message');
  });
});
