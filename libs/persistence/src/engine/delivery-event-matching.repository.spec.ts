import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { DAYS, evidenceSteps, UNKNOWN } from '../../../../test/support/delivery-event-steps.js';
import { told } from '../../../../test/support/told.js';
import { CallbackRepository } from './callback.repository.js';
import { MessageControlRepository } from './message-control.repository.js';

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

const { query, message, call, settle, sent, tell, apply, statusAfter, events, suppressions, later } = evidenceSteps(
  () => ({ database, tenant, connection }),
);

describe('evidence finds its message', () => {
  it('by our id, or by the vendor’s', async () => {
    const [one, other] = [await sent(), await sent()];
    await tell(told('delivered', { messageId: one }), told('delivered', { providerMessageId: `v-${other}` }));
    expect(await apply()).toEqual({ applied: 2, unmatched: 0, parked: 0, faulty: 0 });
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
    expect(await apply()).toEqual({ applied: 1, unmatched: 2, parked: 0, faulty: 0 });
    const statuses = await Promise.all(ids.map(async (id) => (await tenant.row(id))['status']));
    expect(statuses).toEqual(['delivered', 'sent', 'sent']);
  });

  it('by a relay’s id among the tenant’s connections that send mail, where a mail came back', async () => {
    const vault = new Vault(testConfig({ DATABASE_URL: database.url }));
    const stranger = await TenantFactory.create(database.dataSource);
    const made = [
      await tenant.connection({}, vault, { provider: 'smtp' }),
      await tenant.connection({}, vault, { provider: 'twilio' }),
      await stranger.connection({}, vault, { provider: 'smtp' }),
    ];
    await query(`UPDATE connection SET channel = 'sms' WHERE id = $1`, [made[1]]);
    const ids = [await message(), await message(), await message()];
    for (const [n, id] of ids.entries()) await settle(id, await call(id, made[n]));
    await callbacks.note(
      { provider: 'bounce-mail', connectionId: null, tenantId: tenant.tenantId },
      ids.map((id) => told('bounced', { providerMessageId: `v-${id}` })),
    );
    expect(await apply()).toEqual({ applied: 1, unmatched: 2, parked: 0, faulty: 0 });
    const statuses = await Promise.all(ids.map(async (id) => (await tenant.row(id))['status']));
    expect(statuses).toEqual(['bounced', 'sent', 'sent']);
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
    expect(await apply()).toEqual({ applied: 0, unmatched: 2, parked: 0, faulty: 0 });
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
      await query(`UPDATE delivery_event SET received_at = received_at - interval '1 day'`);
    }
    await later();
    await apply();
    expect(await events('unmatched')).toEqual([expect.objectContaining({ run_at: null, tries: DAYS + 1 })]);
    expect(JSON.stringify(await events('unmatched'))).not.toContain('ann@');
  });

  it('also when retention has taken the message away, and left its attempts for the moment', async () => {
    const id = await sent();
    await query('DELETE FROM message WHERE id = $1', [id]);
    await tell(told('delivered', { providerMessageId: `v-${id}` }));
    expect(await apply()).toEqual({ applied: 0, unmatched: 1, parked: 0, faulty: 0 });
  });

  it('as that of the attempt it speaks of', async () => {
    const id = await message();
    await settle(id, await call(id), UNKNOWN);
    await new MessageControlRepository(database.dataSource).requeue(tenant.tenantId, id, 3);
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
