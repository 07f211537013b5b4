import { EVIDENCE_KINDS } from '@outbell/providers/callback.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { told } from '../../../../test/support/told.js';
import { CallbackRepository, type NewEvidence } from './callback.repository.js';
import { DeliveryRepository, type Settlement } from './delivery.repository.js';
import { EvidenceRepository } from './evidence.repository.js';
import { MessageRepository } from './message.repository.js';

const LEASE = 60_000;
const DAYS = 3;

let database: TestDatabase;
let tenant: TenantFactory;
let connection: string;
let callbacks: CallbackRepository;
let evidence: EvidenceRepository;
let delivery: DeliveryRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  callbacks = new CallbackRepository(database.dataSource);
  evidence = new EvidenceRepository(database.dataSource);
  delivery = new DeliveryRepository(database.dataSource);
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await TenantFactory.create(database.dataSource);
  connection = newId();
  await database.dataSource.query('DELETE FROM callback_event');
});

function query<T = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<T[]> {
  return database.dataSource.query<T[]>(sql, parameters);
}

async function message(recipient = 'ann@example.org'): Promise<string> {
  return (await tenant.messages(1, { recipient }))[0] as string;
}

/** Claimed and marked: the vendor is being called. @returns the fence */
async function call(id: string, connectionId = connection): Promise<number> {
  const [claimed] = await delivery.claim('email', [id], LEASE);
  const fence = claimed?.fence ?? 0;
  await delivery.markSending([{ id, fence, connectionId, connectionVersion: 1, provider: 'caller' }], LEASE);
  return fence;
}

function settle(id: string, fence: number, changes: Partial<Settlement> = {}): Promise<Set<string>> {
  const sent: Settlement = {
    id,
    fence,
    status: 'sent',
    event: 'sent',
    outcome: 'sent',
    reason: null,
    detail: null,
    attempt: 1,
    calledMsAgo: 5,
    providerMessageId: `v-${id}`,
    dueAfterMs: null,
    slotGraceMs: null,
    suppress: null,
  };
  return delivery.settle([{ ...sent, ...changes }]);
}

const UNKNOWN = {
  status: 'unknown',
  event: 'unknown',
  outcome: 'unknown',
  reason: 'timeout',
  providerMessageId: null,
} as const;

/** One the vendor took. */
async function sent(recipient?: string): Promise<string> {
  const id = await message(recipient);
  await settle(id, await call(id));
  return id;
}

function tell(...facts: NewEvidence[]): Promise<void> {
  return callbacks.note({ provider: 'caller', connectionId: connection, tenantId: tenant.tenantId }, facts);
}

const apply = () => evidence.apply(100, DAYS);

async function statusAfter(id: string, ...facts: NewEvidence[]): Promise<unknown> {
  await tell(...facts);
  await apply();
  return (await tenant.row(id))['status'];
}

const events = (state: string) => query('SELECT * FROM callback_event WHERE state = $1', [state]);
const suppressions = () => query('SELECT * FROM suppression WHERE tenant_id = $1', [tenant.tenantId]);

/** For what waits: its time has come. */
const later = () => query('UPDATE callback_event SET next_try_at = now() WHERE next_try_at IS NOT NULL');

it('counts for the tenant what was taken and has failed, or bounced for good, once', async () => {
  const [gone, full, given, read] = [await sent(), await sent(), await sent(), await sent()];
  await tell(
    told('bounced', { messageId: gone, suppress: 'bounce' }),
    told('bounced', { messageId: full }),
    told('failed', { messageId: given }),
    told('opened', { messageId: read }),
  );
  await apply();
  await tell(told('bounced', { messageId: gone, suppress: 'bounce' }));
  await apply();
  const counted = await query('SELECT ended, failed FROM tenant_outcome WHERE tenant_id = $1', [tenant.tenantId]);
  expect(counted).toEqual([{ ended: 0, failed: 2 }]);
});

describe('evidence finds its message', () => {
  it('by our id, or by the vendor’s', async () => {
    const [one, other] = [await sent(), await sent()];
    await tell(told('delivered', { messageId: one }), told('delivered', { providerMessageId: `v-${other}` }));
    expect(await apply()).toEqual({ applied: 2, unmatched: 0, faulty: 0 });
    for (const id of [one, other]) expect(await tenant.row(id)).toMatchObject({ status: 'delivered', reason: null });
  });

  it('by the vendor’s id among the tenant’s connections to that provider, where none is named', async () => {
    const vault = new Vault(testConfig({ DATABASE_URL: database.url }));
    const stranger = await TenantFactory.create(database.dataSource);
    const others = [
      await tenant.connection({}, vault, { provider: 'elsewhere' }),
      await stranger.connection({}, vault, { provider: 'caller' }),
    ];
    const made = [await tenant.connection({}, vault, { provider: 'caller', name: 'second' }), ...others];
    const ids = [await message(), await message(), await message()];
    for (const [n, id] of ids.entries()) await settle(id, await call(id, made[n]));
    const source = { provider: 'caller', connectionId: null, tenantId: tenant.tenantId };
    await callbacks.note(
      source,
      ids.map((id) => told('delivered', { providerMessageId: `v-${id}` })),
    );
    expect(await apply()).toEqual({ applied: 1, unmatched: 2, faulty: 0 });
    const statuses = await Promise.all(ids.map(async (id) => (await tenant.row(id))['status']));
    expect(statuses).toEqual(['delivered', 'sent', 'sent']);
  });

  it.each<[string, () => Promise<string>]>([
    [
      'went by another connection',
      async () => {
        const id = await message();
        await settle(id, await call(id, newId()));
        return id;
      },
    ],
    [
      'is another tenant’s',
      async () => {
        const other = await TenantFactory.create(database.dataSource);
        const [id] = (await other.messages(1)) as [string];
        await settle(id, await call(id));
        return id;
      },
    ],
    ['has not been sent', message],
    ['is none', () => Promise.resolve(newId())],
  ])('but none that %s', async (_name, make) => {
    const id = await make();
    const before = await tenant.row(id);
    const facts = [{ messageId: id }, { providerMessageId: `v-${id}` }];
    await tell(
      ...facts.map((names) => told('complained', { ...names, suppress: 'complaint', address: 'ann@example.org' })),
    );
    expect(await apply()).toEqual({ applied: 0, unmatched: 2, faulty: 0 });
    expect(await tenant.row(id)).toEqual(before);
    expect(await suppressions()).toEqual([]);
    expect(await events('unmatched')).toHaveLength(2);
  });

  it('of whatever tenant, for a connection of the installation', async () => {
    const id = await sent();
    const source = { provider: 'caller', connectionId: connection, tenantId: null };
    await callbacks.note(source, [told('delivered', { messageId: id })]);
    await apply();
    expect(await tenant.row(id)).toMatchObject({ status: 'delivered' });
  });

  it('later, when its result has been written', async () => {
    const id = await message();
    const fence = await call(id);
    await tell(told('delivered', { providerMessageId: `v-${id}` }));
    expect(await apply()).toMatchObject({ unmatched: 1 });
    expect(await apply()).toMatchObject({ applied: 0, unmatched: 0 });
    await settle(id, fence);
    await later();
    expect(await apply()).toMatchObject({ applied: 1 });
    expect(await tenant.row(id)).toMatchObject({ status: 'delivered' });
    expect((await tenant.eventTypes(id)).sort()).toEqual(['delivered', 'queued', 'sent']);
  });

  it('for some days, and then no more', async () => {
    await tell(told('delivered', { messageId: newId(), address: 'ann@example.org' }));
    for (let days = 0; days < DAYS; days++) {
      await later();
      expect(await apply()).toMatchObject({ unmatched: 1 });
      await query(`UPDATE callback_event SET received_at = received_at - interval '1 day'`);
    }
    await later();
    await apply();
    expect(await events('unmatched')).toEqual([expect.objectContaining({ next_try_at: null, tries: DAYS + 1 })]);
    expect(JSON.stringify(await events('unmatched'))).not.toContain('ann@');
  });

  it('also when retention has taken the message away, and left its attempts for the moment', async () => {
    const id = await sent();
    await query('DELETE FROM message WHERE id = $1', [id]);
    await tell(told('delivered', { providerMessageId: `v-${id}` }));
    expect(await apply()).toEqual({ applied: 0, unmatched: 1, faulty: 0 });
  });

  it('as that of the attempt it speaks of', async () => {
    const id = await message();
    await settle(id, await call(id), UNKNOWN);
    await new MessageRepository(database.dataSource).requeue(tenant.tenantId, id, 3);
    const fence = await call(id);
    await settle(id, fence, { attempt: 2, providerMessageId: 'second' });
    expect(await statusAfter(id, told('bounced', { messageId: id, providerMessageId: 'first' }))).toBe('sent');
    expect(await statusAfter(id, told('delivered', { messageId: id, providerMessageId: 'second' }))).toBe('delivered');
    const attempts = await query(
      'SELECT number, outcome, provider_message_id FROM message_attempt WHERE message_id = $1 ORDER BY 1',
      [id],
    );
    expect(attempts).toEqual([
      { number: 1, outcome: 'sent', provider_message_id: 'first' },
      { number: 2, outcome: 'sent', provider_message_id: 'second' },
    ]);
  });
});

describe('the stronger word counts', () => {
  it('whichever comes first', async () => {
    const id = await sent();
    expect(await statusAfter(id, told('bounced', { messageId: id, reason: 'mailbox_full' }))).toBe('bounced');
    expect(await statusAfter(id, told('delivered', { messageId: id }))).toBe('bounced');
    expect(await tenant.row(id)).toMatchObject({ reason: 'mailbox_full' });
    expect(await statusAfter(id, told('complained', { messageId: id }))).toBe('complained');
    expect(await tenant.row(id)).toMatchObject({ reason: 'called_unwanted' });
  });

  it('when they come together, and each is told in the timeline', async () => {
    const id = await sent();
    const kinds = ['opened', 'bounced', 'sent', 'delivered', 'deferred'] as const;
    expect(await statusAfter(id, ...kinds.map((kind) => told(kind, { messageId: id })))).toBe('bounced');
    expect((await tenant.eventTypes(id)).sort()).toEqual(
      ['bounced', 'deferred', 'delivered', 'opened', 'queued', 'sent'].sort(),
    );
  });

  it.each(EVIDENCE_KINDS)('and %s resolves what is unknown', async (kind) => {
    const id = await message();
    await settle(id, await call(id), UNKNOWN);
    await tell(told(kind, { messageId: id, providerMessageId: 'v-1' }));
    await apply();
    const row = await tenant.row(id);
    expect(row['status']).not.toBe('unknown');
    expect(row).toMatchObject({ provider_message_id: 'v-1' });
    const [attempt] = await query('SELECT outcome FROM message_attempt WHERE message_id = $1', [id]);
    expect(attempt).toEqual({ outcome: kind === 'failed' ? 'rejected' : 'sent' });
    expect(await tenant.eventTypes(id)).toContain(kind);
  });

  it('and “failed” ends what was sent, with its reason; delivered after all is delivered', async () => {
    const id = await sent();
    expect(await statusAfter(id, told('failed', { messageId: id, reason: 'handset_unreachable' }))).toBe('failed');
    expect(await tenant.row(id)).toMatchObject({ reason: 'handset_unreachable' });
    expect(await statusAfter(id, told('sent', { messageId: id }))).toBe('failed');
    expect(await statusAfter(id, told('delivered', { messageId: id }))).toBe('delivered');
  });

  it('and takes out of the queue what the tenant would send again', async () => {
    const id = await message();
    await settle(id, await call(id), UNKNOWN);
    await new MessageRepository(database.dataSource).requeue(tenant.tenantId, id, 3);
    expect(await statusAfter(id, told('failed', { messageId: id }))).toBe('queued');
    expect(await statusAfter(id, told('delivered', { messageId: id }))).toBe('delivered');
    expect(await delivery.claim('email', [id], LEASE)).toEqual([]);
  });

  it.each([{}, UNKNOWN])('and is not undone by our own result, which comes later: %o', async (result) => {
    const id = await message();
    const fence = await call(id);
    expect(await statusAfter(id, told('delivered', { messageId: id, providerMessageId: 'v-1' }))).toBe('delivered');
    expect(await settle(id, fence, result)).toEqual(new Set());
    expect(await tenant.row(id)).toMatchObject({ status: 'delivered', reason: null, attempts: 1, wake_at: null });
    const attempts = await query('SELECT number, outcome FROM message_attempt WHERE message_id = $1', [id]);
    expect(attempts).toEqual([{ number: 1, outcome: 'sent' }]);
  });
});

describe('what is told', () => {
  it('is in the timeline at its time, with its reason and its values, between the message’s making and now', async () => {
    const id = await sent();
    const made = (await tenant.row(id))['created_at'];
    await tell(
      told('deferred', { messageId: id, at: new Date(0), reason: 'mailbox_full', detail: { code: 452 } }),
      told('opened', { messageId: id, at: new Date('2099-01-01') }),
    );
    await apply();
    const [first, second] = await query(
      `SELECT type, at, at > now() AS future, attempt, reason, detail FROM message_event
       WHERE message_id = $1 AND type IN ('deferred', 'opened') ORDER BY at`,
      [id],
    );
    expect(first).toMatchObject({
      type: 'deferred',
      at: made,
      attempt: 1,
      reason: 'mailbox_full',
      detail: { code: 452 },
    });
    expect(second).toMatchObject({ type: 'opened', future: false });
  });

  it('within the second that a vendor names happened when it came, and not before the call', async () => {
    const id = await sent();
    const second = new Date(Math.floor(Date.now() / 1000) * 1000);
    const before = new Date(second.getTime() - 5_000);
    await query('UPDATE message SET created_at = $2 WHERE id = $1', [id, new Date(before.getTime() - 5_000)]);
    await tell(told('delivered', { messageId: id, at: second }), told('deferred', { messageId: id, at: before }));
    await apply();
    const [deferred, , delivered] = await query(
      `SELECT type, at FROM message_event WHERE message_id = $1 AND type <> 'queued' ORDER BY at, id`,
      [id],
    );
    expect(deferred).toEqual({ type: 'deferred', at: before });
    expect(delivered).toMatchObject({ type: 'delivered' });
  });

  it('happens once, however many workers look', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => sent()));
    await tell(...ids.map((messageId) => told('bounced', { messageId, suppress: 'bounce' })));
    const rounds = await Promise.all(Array.from({ length: 4 }, () => evidence.apply(10, DAYS)));
    const total = rounds.reduce((sum, { applied }) => sum + applied, 0) + (await apply()).applied;
    expect(total).toBe(20);
    for (const id of ids) expect(await tenant.eventTypes(id)).toEqual(['queued', 'sent', 'bounced']);
  });
});

describe('an address is suppressed', () => {
  it('for the tenant and channel of the message, with what led to it', async () => {
    const id = await sent('bob@example.org');
    await tell(
      told('bounced', { eventId: 'e-7', messageId: id, suppress: 'bounce', reason: 'bad_address', address: 'x@y.org' }),
    );
    await apply();
    expect(await suppressions()).toEqual([
      expect.objectContaining({
        channel: 'email',
        address: 'bob@example.org',
        reason: 'bounce',
        evidence: { message_id: id, provider: 'caller', event_id: 'e-7', kind: 'bounced', reason: 'bad_address' },
      }),
    ]);
    expect(JSON.stringify(await events('applied'))).not.toMatch(/x@y.org|bob@/);
  });

  it('without a message, by the address alone', async () => {
    const stop = { channel: 'sms', address: '+33612345678', suppress: 'unsubscribe' } as const;
    await tell(told('unsubscribed', { ...stop, eventId: 'stop' }), told('unsubscribed', { ...stop, eventId: 'again' }));
    expect(await apply()).toEqual({ applied: 2, unmatched: 0, faulty: 0 });
    expect(await suppressions()).toEqual([
      expect.objectContaining({
        channel: 'sms',
        address: '+33612345678',
        reason: 'unsubscribe',
        evidence: {
          provider: 'caller',
          event_id: expect.stringMatching(/^(stop|again)$/) as string,
          kind: 'unsubscribed',
        },
      }),
    ]);
    expect(JSON.stringify(await events('applied'))).not.toContain('+336');
  });

  it('not by a mail that names no message: anybody may write one', async () => {
    const source = { provider: 'bounce-mail', connectionId: null, tenantId: tenant.tenantId };
    await callbacks.note(source, [told('bounced', { address: 'ann@example.org', suppress: 'invalid' })]);
    expect(await apply()).toEqual({ applied: 0, unmatched: 1, faulty: 0 });
    expect(await suppressions()).toEqual([]);
    expect(JSON.stringify(await events('unmatched'))).not.toContain('ann@');
  });

  it('for nobody where nobody is named, and once', async () => {
    const source = { provider: 'caller', connectionId: connection, tenantId: null };
    const stop = { channel: 'sms', address: '+33612345678', suppress: 'unsubscribe' } as const;
    await callbacks.note(source, [told('unsubscribed', stop)]);
    await tell(told('unsubscribed', { suppress: 'unsubscribe' }), told('opened', { address: 'ann@example.org' }));
    expect(await apply()).toEqual({ applied: 0, unmatched: 3, faulty: 0 });
    expect(await suppressions()).toEqual([]);
  });
});

describe('a sender whose reputation is at fault', () => {
  const reports = () =>
    query('SELECT domain, provider, reason FROM sender_report WHERE sender_id = $1', [tenant.senderId]);
  const status = async () => (await query('SELECT status FROM sender WHERE id = $1', [tenant.senderId]))[0]?.['status'];

  it('is reported by the domain of the recipient, once, and the contact is not suppressed', async () => {
    const ids = [await sent('ann@Example.org'), await sent('bob@example.org'), await sent('eve@example.net')];
    await tell(
      ...ids.map((messageId) => told('bounced', { messageId, pausesSender: true, reason: 'policy_rejected' })),
    );
    await apply();
    const words = { provider: 'caller', reason: 'policy_rejected' };
    expect(await reports()).toEqual([
      { domain: 'example.net', ...words },
      { domain: 'example.org', ...words },
    ]);
    expect(await status()).toBe('verified');
    expect(await suppressions()).toEqual([]);
  });

  it('is paused at once by a vendor’s word on the account, where no mail server has one', async () => {
    const id = await sent();
    await tenant.set(id, { channel: 'whatsapp', recipient: '+33612345678' });
    await tell(told('failed', { messageId: id, pausesSender: true, reason: 'policy_rejected' }));
    await apply();
    expect(await status()).toBe('paused');
    expect(await reports()).toEqual([]);
  });
});

describe('evidence that is at fault itself', () => {
  it('holds up no other, and is parked after five tries', async () => {
    const [bad, good] = [await sent(), await sent()];
    await tell(told('delivered', { messageId: bad, eventId: 'bad' }), told('delivered', { messageId: good }));
    await query(
      `UPDATE callback_event SET evidence = evidence || '{"pauses_sender": "ann@example.org"}' WHERE event_id = 'bad'`,
    );
    expect(await apply()).toEqual({ applied: 1, unmatched: 0, faulty: 1 });
    expect(await tenant.row(good)).toMatchObject({ status: 'delivered' });
    for (let tries = 2; tries <= 5; tries++) {
      expect(await events('parked')).toEqual([]);
      await later();
      expect(await apply()).toMatchObject({ faulty: 1 });
    }
    expect(await events('parked')).toEqual([
      expect.objectContaining({
        event_id: 'bad',
        next_try_at: null,
        error: 'invalid input syntax for type boolean: "…"',
      }),
    ]);
    await later();
    expect(await apply()).toEqual({ applied: 0, unmatched: 0, faulty: 0 });
  });
});

describe('what is old', () => {
  it('is forgotten, but for what is still to be applied', async () => {
    const source = { provider: 'caller', connectionId: connection, tenantId: tenant.tenantId };
    const raw = { method: 'POST', path: '/', headers: {}, body: Buffer.from('x'), state: 'read' as const };
    await callbacks.store({ ...source, ...raw }, [
      told('opened', { eventId: 'open', messageId: newId() }),
      told('opened'),
    ]);
    await query(`UPDATE callback_event SET next_try_at = NULL WHERE event_id <> 'open'`);
    expect(await callbacks.prune(30, 100)).toBe(0);
    await query(`UPDATE callback_event SET received_at = now() - interval '31 days'`);
    await query(`UPDATE callback SET received_at = now() - interval '31 days'`);
    expect(await callbacks.prune(30, 100)).toBe(1);
    expect(await query('SELECT event_id FROM callback_event')).toEqual([{ event_id: 'open' }]);
    expect(await query('SELECT FROM callback')).toEqual([]);
  });
});
