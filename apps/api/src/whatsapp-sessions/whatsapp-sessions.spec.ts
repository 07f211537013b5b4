import { Logger } from '@nestjs/common';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { whatsAppKeyId } from '@outbell/persistence/repositories/whatsapp-key-id.js';
import { WhatsAppKeyRepository } from '@outbell/persistence/repositories/whatsapp-key.repository.js';
import { WhatsAppLeaseRepository } from '@outbell/persistence/repositories/whatsapp-lease.repository.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import { SealedSessionRecord } from '../../../worker/src/whatsapp-sessions/sealed-session-record.js';
import type { SessionDto, SessionPageDto } from './session.dto.js';

let api: TestApi;
let key: TestKey;
let url: string;

beforeAll(async () => {
  api = await TestApi.start();
  await api.app.listen(0, '127.0.0.1');
  url = await api.app.getUrl();
});
beforeEach(async () => {
  key = await api.newKey();
});
afterEach(() => api.database.dataSource.query('TRUNCATE whatsapp_session CASCADE'));
afterAll(() => api.stop());

function request(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object, by = key) {
  const target = `/v1/whatsapp-sessions${path}`;
  return api.app.inject({ method, url: target, headers: by.headers, ...(payload && { payload }) });
}

async function made(name = 'shop', by = key): Promise<SessionDto> {
  const answer = await request('POST', '', { name, pair_by: 'qr' }, by);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}

/** What a worker does with the session that waits. */
async function worker(): Promise<SealedSessionRecord> {
  const [leases, keys, vault] = [WhatsAppLeaseRepository, WhatsAppKeyRepository, Vault].map((part) =>
    api.app.get<unknown>(part, { strict: false }),
  ) as [WhatsAppLeaseRepository, WhatsAppKeyRepository, Vault];
  const [session] = await leases.adopt(newId(), 60_000, 1);
  return new SealedSessionRecord(session!, { leases, keys, vault, newContactsPerDay: 1 });
}

interface SseEvent {
  type: string;
  data: Record<string, string>;
}

/** The events of a session as they come. */
class Events {
  private text = '';

  private constructor(private readonly reader: ReadableStreamDefaultReader<Uint8Array>) {}

  static async of(id: string, at = url, by = key): Promise<Events> {
    const answer = await fetch(`${at}/v1/whatsapp-sessions/${id}/events`, { headers: by.headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    return new Events(answer.body!.getReader());
  }

  /** Undefined at the end. */
  async next(): Promise<SseEvent | undefined> {
    for (;;) {
      const end = this.text.indexOf('\n\n', 1);
      if (end > 0) {
        const block = this.text.slice(0, end);
        this.text = this.text.slice(end + 2);
        const type = /^event: (.*)$/m.exec(block)?.[1];
        if (type !== undefined) return { type, data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') };
        continue;
      }
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.text += Buffer.from(value).toString();
    }
  }
}

describe('POST /v1/whatsapp-sessions', () => {
  it('writes down the wish, for a worker to fulfil', async () => {
    const answer = await request('POST', '', { name: 'shop', pair_by: 'code', phone: '+33612345678' });
    expect(answer.json()).toMatchObject({
      name: 'shop',
      state: 'new',
      reason: null,
      phone: null,
      restricted_until: null,
    });
    const leases = api.app.get(WhatsAppLeaseRepository, { strict: false });
    expect(await leases.adopt(newId(), 1_000, 5)).toMatchObject([{ pairBy: 'code', pairPhone: '+33612345678' }]);
  });

  it.each([
    ['name', { name: 'Shop!', pair_by: 'qr' }],
    ['name', { pair_by: 'qr' }],
    ['pair_by', { name: 'shop', pair_by: 'sms' }],
    ['phone', { name: 'shop', pair_by: 'code' }],
    ['phone', { name: 'shop', pair_by: 'code', phone: '0612345678' }],
    ['phone', { name: 'shop', pair_by: 'qr', phone: '+33612345678' }],
  ])('names what is wrong: %s', async (field, wanted) => {
    const answer = await request('POST', '', wanted);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<Problem>().errors?.map((error) => error.field)).toEqual([field]);
  });

  it('takes a name once for each tenant', async () => {
    await made();
    expect((await request('POST', '', { name: 'shop', pair_by: 'qr' })).statusCode).toBe(409);
    await made('shop', await api.newKey());
  });
});

describe('tenants', () => {
  it('see and touch their own sessions alone', async () => {
    const { id } = await made();
    const other = await api.newKey();
    expect((await request('GET', '', undefined, other)).json<SessionPageDto>().data).toEqual([]);
    for (const [method, path] of [
      ['GET', `/${id}`],
      ['GET', `/${id}/events`],
      ['DELETE', `/${id}`],
    ] as const)
      expect((await request(method, path, undefined, other)).statusCode, `${method} ${path}`).toBe(404);
    expect((await request('GET', '')).json<SessionPageDto>().data.map((session) => session.id)).toEqual([id]);
  });

  it('need the scope', async () => {
    const { id } = await made();
    const reader = await api.newKey({ tenantId: key.tenantId, scopes: ['connections:read'] });
    expect((await request('GET', `/${id}`, undefined, reader)).statusCode).toBe(200);
    for (const [method, path] of [
      ['POST', ''],
      ['GET', `/${id}/events`],
      ['DELETE', `/${id}`],
    ] as const)
      expect((await request(method, path, undefined, reader)).statusCode, `${method} ${path}`).toBe(403);
  });
});

describe('GET /v1/whatsapp-sessions/:id/events', () => {
  it('tells each code as the worker shows it, and that the session is connected, and ends', async () => {
    const { id } = await made();
    const events = await Events.of(id);
    expect(await events.next()).toEqual({ type: 'waiting', data: { state: 'new' } });
    const record = await worker();
    await record.showPairing({ qr: 'canary-qr-1' }, 60_000);
    const first = await events.next();
    expect(first).toMatchObject({ type: 'qr', data: { qr: 'canary-qr-1' } });
    expect(first?.data['image']).toMatch(/^data:image\/png;base64,/);
    expect(Date.parse(first!.data['expires_at']!) - Date.now()).toBeGreaterThan(50_000);
    await record.showPairing({ qr: 'canary-qr-2' }, 20_000);
    expect(await events.next()).toMatchObject({ type: 'qr', data: { qr: 'canary-qr-2' } });
    await record.report({ state: 'connected', phone: '+33700000001' });
    expect(await events.next()).toEqual({ type: 'connected', data: { phone: '+33700000001' } });
    expect(await events.next()).toBeUndefined();
    expect((await request('GET', `/${id}`)).body).not.toContain('canary');
  });

  it('tells a pairing code, and why it failed', async () => {
    const { id } = await made();
    const record = await worker();
    await record.showPairing({ code: 'ABCD1234' }, 160_000);
    const events = await Events.of(id);
    expect(await events.next()).toMatchObject({ type: 'code', data: { code: 'ABCD1234' } });
    await record.report({ state: 'stopped', reason: 'pairing_timed_out' });
    expect(await events.next()).toEqual({ type: 'failed', data: { reason: 'pairing_timed_out' } });
    expect(await events.next()).toBeUndefined();
  });

  it('shows no code that is not good any more', async () => {
    const { id } = await made();
    await (await worker()).showPairing({ qr: 'old' }, 1);
    expect(await (await Events.of(id)).next()).toEqual({ type: 'waiting', data: { state: 'pairing' } });
  });

  it('goes on when the database was away for a moment, and tells nobody why', async () => {
    const { id } = await made();
    const events = await Events.of(id);
    await events.next();
    const warn = vi.spyOn(Logger.prototype, 'warn');
    await api.database.dataSource.query('ALTER TABLE whatsapp_key RENAME TO away');
    const next = events.next();
    await until(() => Promise.resolve(warn.mock.calls.length > 0));
    warn.mockRestore();
    await api.database.dataSource.query('ALTER TABLE away RENAME TO whatsapp_key');
    await (await worker()).report({ state: 'connected', phone: '+33700000001' });
    expect(await next).toMatchObject({ type: 'connected' });
  });

  it('keeps the code sealed where it lies', async () => {
    const { id } = await made();
    await (await worker()).showPairing({ qr: 'canary-qr' }, 60_000);
    const [row] = await api.database.dataSource.query('SELECT k::text AS row, id FROM whatsapp_key k');
    expect(row.id).toBe(whatsAppKeyId(id, { kind: 'pairing', name: 'shown' }));
    for (const secret of ['canary', Buffer.from('canary').toString('hex')]) expect(row.row).not.toContain(secret);
  });

  it('is followed twenty times at once by a tenant, and no more', async () => {
    const { id } = await made();
    const leaving = new AbortController();
    const follow = () =>
      fetch(`${url}/v1/whatsapp-sessions/${id}/events`, { headers: key.headers, signal: leaving.signal });
    const answers = await Promise.all(Array.from({ length: 21 }, follow));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(await refused[0]?.json()).toMatchObject({ detail: expect.stringContaining('At most 20 pairings') });
    leaving.abort();
    await until(async () => {
      const again = await fetch(`${url}/v1/whatsapp-sessions/${id}/events`, { headers: key.headers });
      await again.body?.cancel();
      return again.status === 200;
    });
  });

  it.each([
    ['is revoked', (id: string) => api.app.get(ApiKeyRepository).revoke(key.tenantId, id, new Date())],
    [
      'expires',
      (id: string) => api.database.dataSource.query('UPDATE api_key SET expires_at = now() WHERE id = $1', [id]),
    ],
  ])('ends when its key %s, and tells no code after that', async (_, end) => {
    const { id } = await made();
    const follower = await api.newKey({ tenantId: key.tenantId });
    const events = await Events.of(id, url, follower);
    expect((await events.next())?.type).toBe('waiting');
    await end(follower.id);
    await (await worker()).showPairing({ qr: 'canary-qr' }, 60_000);
    expect(await events.next()).toBeUndefined();
  });

  it('ends with the API', async () => {
    const ending = await TestApi.start();
    try {
      const own = await ending.newKey();
      await ending.app.listen(0, '127.0.0.1');
      const target = await ending.app.getUrl();
      const wanted = { name: 'shop', pair_by: 'qr' };
      const path = '/v1/whatsapp-sessions';
      const created = await ending.app.inject({ method: 'POST', url: path, headers: own.headers, payload: wanted });
      const events = await Events.of(created.json<SessionDto>().id, target, own);
      expect((await events.next())?.type).toBe('waiting');
      await Promise.all([ending.app.close(), events.next().then((event) => expect(event).toBeUndefined())]);
    } finally {
      await ending.database.drop();
    }
  });
});

describe('DELETE /v1/whatsapp-sessions/:id', () => {
  it('removes at once what is linked to no telephone', async () => {
    const { id } = await made();
    expect((await request('DELETE', `/${id}`)).statusCode).toBe(202);
    expect((await request('GET', `/${id}`)).statusCode).toBe(404);
  });

  it('leaves a linked one to its worker, who tells WhatsApp first', async () => {
    const { id } = await made();
    await (await worker()).report({ state: 'connected', phone: '+33700000001' });
    expect((await request('DELETE', `/${id}`)).statusCode).toBe(202);
    expect((await request('GET', `/${id}`)).json()).toMatchObject({ state: 'logging_out' });
  });
});

describe('a connection through baileys', () => {
  const wanted = (session: string) => ({
    channel: 'whatsapp',
    provider: 'baileys',
    name: session,
    credentials: { session },
  });
  const verify = async (session: string) => {
    const made = await api.app.inject({
      method: 'POST',
      url: '/v1/connections',
      headers: key.headers,
      payload: wanted(session),
    });
    const { id } = made.json<{ id: string }>();
    return (
      await api.app.inject({ method: 'POST', url: `/v1/connections/${id}/verify`, headers: key.headers })
    ).json<object>();
  };

  it('is good when its session is connected', async () => {
    await made('shop');
    await (await worker()).report({ state: 'connected', phone: '+33700000001' });
    expect(await verify('shop')).toEqual({ ok: true });
  });

  it('says what is wrong with its session', async () => {
    await made('fresh');
    await made('theirs', await api.newKey());
    expect(await verify('fresh')).toEqual({ ok: false, reason: 'session_not_paired' });
    expect(await verify('theirs')).toEqual({ ok: false, reason: 'session_unknown' });
  });
});
