import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { evidenceSteps } from '../../../../../test/support/delivery-event-steps.js';
import { TenantFactory } from '../../../../../test/support/factories.js';
import { hearAll } from '../../../../../test/support/outbox-steps.js';
import { told } from '../../../../../test/support/told.js';
import { SUBSCRIBERS } from './subscribers.js';

let database: TestDatabase;
let tenant: TenantFactory;
let connection: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tenant = await TenantFactory.create(database.dataSource);
  connection = newId();
});
afterAll(() => database.drop());

const { query, message, call, settle, sent, tell, apply } = evidenceSteps(() => ({ database, tenant, connection }));
const hear = () => hearAll(database.dataSource);

async function waiting(): Promise<string[]> {
  const rows = await query<{ subscriber: string; type: string }>(
    'SELECT subscriber, type FROM outbox WHERE tenant_id = $1 ORDER BY id',
    [tenant.tenantId],
  );
  return rows.map(({ subscriber, type }) => `${subscriber} ${type}`);
}

describe('a plain message', () => {
  it('is told to nobody, whatever becomes of it', async () => {
    await settle(await message(), 0);
    const id = await sent();
    await tell(told('delivered', { messageId: id }), told('opened', { messageId: id }));
    await apply();
    const dead = await message();
    const end = { status: 'failed', event: 'failed', outcome: 'rejected', reason: 'bad_address' } as const;
    await settle(dead, await call(dead), { ...end, providerMessageId: null });
    expect(await waiting()).toEqual([]);
  });

  it('has listeners where somebody chooses it', () => {
    const named = SUBSCRIBERS.addListeners([
      tenant.newMessage(),
      tenant.newMessage({ resends: true }),
      tenant.newMessage({ fallbacks: [{ channel: 'sms', afterMs: 1, request: {} }] }),
      tenant.newMessage({ source: { kind: 'fallback', id: newId() } }),
      tenant.newMessage({ source: { kind: 'campaign', id: newId() }, fallbacks: [] }),
    ]);
    expect(named.map(({ listeners }) => listeners)).toEqual([
      undefined,
      ['resends'],
      ['fallbacks'],
      ['fallbacks'],
      undefined,
    ]);
  });
});

describe('status-polls', () => {
  it('has the vendor asked in a minute, by the connection and the id of that call', async () => {
    const id = await message();
    await settle(id, await call(id), { listener: 'status-polls', providerMessageId: 'a "b"' });
    expect(await waiting()).toEqual(['status-polls sent']);
    await hear();
    expect(
      await query(
        `SELECT tenant_id, connection_id, provider_message_id, tries, round(extract(epoch
          FROM run_at - now()))::int AS s
         FROM message_status_poll WHERE message_id = $1`,
        [id],
      ),
    ).toEqual([
      { tenant_id: tenant.tenantId, connection_id: connection, provider_message_id: 'a "b"', tries: 0, s: 60 },
    ]);
  });

  it('has it asked anew when the message went again', async () => {
    const id = await message();
    const given = { listener: 'status-polls' } as const;
    await settle(id, await call(id), given);
    await hear();
    await query('UPDATE message_status_poll SET tries = 7 WHERE message_id = $1', [id]);
    await tenant.set(id, { status: 'queued' });
    await query(
      `INSERT INTO message_schedule (message_id, tenant_id, channel, priority, due_at, run_at)
      VALUES ($1, $2, 'email', 2, now(), now())`,
      [id, tenant.tenantId],
    );
    await settle(id, await call(id, newId()), { ...given, attempt: 2, providerMessageId: 'second' });
    await hear();
    const [row] = await query('SELECT provider_message_id, tries FROM message_status_poll WHERE message_id = $1', [id]);
    expect(row).toEqual({ provider_message_id: 'second', tries: 0 });
  });
});

describe('sender-reports', () => {
  const REFUSED = {
    status: 'failed',
    event: 'failed',
    outcome: 'rejected',
    reason: 'policy_rejected',
    providerMessageId: null,
    listener: 'sender-reports',
  } as const;
  const reports = () =>
    query('SELECT domain, provider, reason FROM sender_report WHERE sender_id = $1 ORDER BY 1', [tenant.senderId]);

  it('keeps which domains refuse a sender, each once: by the provider of the call, or who told it later', async () => {
    for (const recipient of ['ann@Example.org', 'bob@example.org', 'eve@example.net']) {
      const id = await message(recipient);
      await settle(id, await call(id), REFUSED);
    }
    const later = await sent('joe@example.com');
    await tell(told('bounced', { messageId: later, pausesSender: true, reason: 'spam_detected' }));
    await query(`UPDATE message_attempt SET provider = 'smtp' WHERE tenant_id = $1`, [tenant.tenantId]);
    await apply();
    expect(await reports()).toEqual([
      { domain: 'example.com', provider: 'caller', reason: 'spam_detected' },
      { domain: 'example.net', provider: 'smtp', reason: 'policy_rejected' },
      { domain: 'example.org', provider: 'smtp', reason: 'policy_rejected' },
    ]);
  });
});

describe('tenant-failures', () => {
  const failures = async () =>
    (
      await query(
        'SELECT sum(ended)::int AS ended, sum(failed)::int AS failed FROM tenant_outcome WHERE tenant_id = $1',
        [tenant.tenantId],
      )
    )[0];

  it('counts what was taken and has failed, or bounced for good', async () => {
    const ids = [await sent(), await sent(), await sent()];
    await tell(
      told('failed', { messageId: ids[0]! }),
      told('bounced', { messageId: ids[1]!, suppress: 'bounce' }),
      told('bounced', { messageId: ids[2]! }),
    );
    await apply();
    expect(await failures()).toEqual({ ended: 0, failed: 2 });
  });

  it('does not count a call that is still under way: its worker counts it', async () => {
    const id = await message();
    await call(id);
    await tell(told('failed', { messageId: id, providerMessageId: 'v' }));
    await apply();
    expect(await failures()).toEqual({ ended: null, failed: null });
  });
});
