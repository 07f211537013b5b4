import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { evidenceSteps } from '../../../../test/support/delivery-event-steps.js';
import { told } from '../../../../test/support/told.js';
import { CallbackRepository } from './callback.repository.js';

let database: TestDatabase;
let tenant: TenantFactory;
let connection: string;
let callbacks: CallbackRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  callbacks = new CallbackRepository(database.dataSource);
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await TenantFactory.create(database.dataSource);
  connection = newId();
  await database.dataSource.query('DELETE FROM delivery_event');
});

const { query, sent, tell, apply, events, suppressions } = evidenceSteps(() => ({ database, tenant, connection }));

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

describe('an address is suppressed', () => {
  it('for the tenant and channel of the message, with what led to it', async () => {
    const id = await sent('bob@example.org');
    await tell(
      told('bounced', {
        eventId: 'e-7',
        messageId: id,
        suppress: 'bounce',
        reason: 'bad_address',
        address: 'Bob@example.org',
      }),
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
    expect(JSON.stringify(await events('applied'))).not.toMatch(/bob@/i);
  });

  it('not where it came back from another address, as a list’s member or behind an alias', async () => {
    const list = await sent('list@example.org');
    await tell(
      told('bounced', { messageId: list, suppress: 'invalid', reason: 'bad_address', address: 'x@example.org' }),
    );
    expect(await apply()).toEqual({ applied: 1, unmatched: 0, parked: 0, faulty: 0 });
    expect(await tenant.row(list)).toMatchObject({ status: 'bounced', reason: 'bad_address' });
    expect(await suppressions()).toEqual([]);
    expect(await query('SELECT FROM tenant_outcome WHERE tenant_id = $1', [tenant.tenantId])).toEqual([]);
    await tell(told('complained', { messageId: list, suppress: 'complaint', address: 'x@example.org' }));
    await apply();
    expect(await suppressions()).toEqual([expect.objectContaining({ address: 'list@example.org' })]);
  });

  it('without a message, by the address alone', async () => {
    const stop = { channel: 'sms', address: '+33612345678', suppress: 'unsubscribe' } as const;
    await tell(told('unsubscribed', { ...stop, eventId: 'stop' }), told('unsubscribed', { ...stop, eventId: 'again' }));
    expect(await apply()).toEqual({ applied: 2, unmatched: 0, parked: 0, faulty: 0 });
    expect(await suppressions()).toEqual([
      expect.objectContaining({
        channel: 'sms',
        address: '+33612345678',
        reason: 'unsubscribe',
        evidence: {
          provider: 'caller',
          event_id: expect.stringMatching(/^(stop|again)$/) as string,
          kind: 'unsubscribed',
          said_at: expect.stringMatching(/^20/) as string,
        },
      }),
    ]);
    expect(JSON.stringify(await events('applied'))).not.toContain('+336');
  });

  it('not by a mail that names no message: anybody may write one', async () => {
    const source = { provider: 'bounce-mail', connectionId: null, tenantId: tenant.tenantId };
    await callbacks.note(source, [told('bounced', { address: 'ann@example.org', suppress: 'invalid' })]);
    expect(await apply()).toEqual({ applied: 0, unmatched: 1, parked: 0, faulty: 0 });
    expect(await suppressions()).toEqual([]);
    expect(JSON.stringify(await events('unmatched'))).not.toContain('ann@');
  });

  it('for nobody where nobody is named, and once', async () => {
    const source = { provider: 'caller', connectionId: connection, tenantId: null };
    const stop = { channel: 'sms', address: '+33612345678', suppress: 'unsubscribe' } as const;
    await callbacks.note(source, [told('unsubscribed', stop)]);
    await tell(told('unsubscribed', { suppress: 'unsubscribe' }), told('opened', { address: 'ann@example.org' }));
    expect(await apply()).toEqual({ applied: 0, unmatched: 2, parked: 1, faulty: 0 });
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
