import { RetentionRepository } from './retention.repository.js';
import type { NewDeliveryEvent } from '@outbell/persistence/engine/callback.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { DAYS, evidenceSteps } from '../../../../test/support/delivery-event-steps.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { until } from '../../../../test/support/until.js';
import { told } from '../../../../test/support/told.js';
import { CallbackRepository } from '../engine/callback.repository.js';
import { applyWords } from '../engine/opt-out-words.js';
import { OptOutRepository } from './opt-out.repository.js';
import { RecipientNameRepository } from '../engine/recipient-name.repository.js';
import { SuppressionRepository } from './suppression.repository.js';

let database: TestDatabase;
let tenant: TenantFactory;
let connection: string;
let optOuts: OptOutRepository;
let names: RecipientNameRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  optOuts = repositoryOn(database.dataSource, OptOutRepository);
  names = new RecipientNameRepository(database.dataSource);
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await TenantFactory.create(database.dataSource);
  connection = newId();
  await database.dataSource.query('DELETE FROM delivery_event');
});

const { query, sent, tell, apply, events, suppressions } = evidenceSteps(() => ({ database, tenant, connection }));

const ANN = '+33612345678';
const T0 = Date.UTC(2026, 0, 1, 12);
const at = (seconds: number) => new Date(T0 + seconds * 1_000);

const stop = (more: Partial<NewDeliveryEvent> = {}) =>
  told('unsubscribed', { channel: 'whatsapp', address: ANN, suppress: 'unsubscribe', reason: 'said_stop', ...more });
const start = (more: Partial<NewDeliveryEvent> = {}) =>
  told('resubscribed', { channel: 'whatsapp', address: ANN, reason: 'said_start', ...more });

async function addresses(): Promise<unknown[]> {
  return (await suppressions()).map(({ address }) => address).sort();
}

describe('a STOP', () => {
  it('holds for every spelling of the number', async () => {
    await tell(stop({ address: '+5215512345678', spellings: ['+525512345678'] }));
    expect(await apply()).toMatchObject({ applied: 1, parked: 0 });
    expect(await addresses()).toEqual(['+5215512345678', '+525512345678']);
    expect(JSON.stringify(await events('applied'))).not.toContain('55123');
  });

  it('holds for whom the vendor has called so in a receipt', async () => {
    const id = await sent();
    await tenant.set(id, { channel: 'whatsapp', recipient: '+62811' });
    await tell(told('sent', { messageId: id, channel: 'whatsapp', address: '+628110', vendorId: 'US.1' }));
    await apply();
    await tell(stop({ address: '+628110' }));
    await apply();
    expect(await addresses()).toEqual(['+62811', '+628110']);
  });

  it('holds for whom the vendor has called so in its answer, without any number, for that tenant alone', async () => {
    const other = await TenantFactory.create(database.dataSource);
    const name = { channel: 'whatsapp', vendorId: '777@lid' } as const;
    await names.learn([
      { ...name, tenantId: tenant.tenantId, recipient: ANN },
      { ...name, tenantId: other.tenantId, recipient: '+33699999999' },
    ]);
    await tell(stop({ address: null, vendorId: '777@lid' }));
    expect(await apply()).toMatchObject({ applied: 1 });
    expect(await addresses()).toEqual([ANN]);
    expect(await query('SELECT FROM suppression WHERE tenant_id = $1', [other.tenantId])).toEqual([]);
  });

  it('to a connection of the installation holds for who wrote from there, in whatever spelling', async () => {
    await query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_over)
       VALUES ($1, $2, 'whatsapp', '+525587654321', 'verified', 'operator')`,
      [newId(), tenant.tenantId],
    );
    await tenant.messages(1, { channel: 'whatsapp', recipient: '+525512345678' });
    const source = { provider: 'twilio-whatsapp', connectionId: connection, tenantId: null };
    const told = stop({
      address: '+5215512345678',
      spellings: ['+525512345678'],
      writtenTo: ['+5215587654321', '+525587654321'],
    });
    await new CallbackRepository(database.dataSource).note(source, [told]);
    expect(await apply()).toMatchObject({ applied: 1 });
    expect(await addresses()).toEqual(['+5215512345678', '+525512345678']);
  });

  it('is understood as an earlier version has stored it', async () => {
    await tell(stop());
    await query(`UPDATE delivery_event SET evidence = evidence || '{"written_to":null}'`);
    expect(await apply()).toMatchObject({ applied: 1, faulty: 0 });
    expect(await addresses()).toEqual([ANN]);
  });
});

describe('an opt-out that names nobody', () => {
  it('is parked with what it has, shown, and looked at again once the name is learned', async () => {
    await tell(stop({ address: null, vendorId: '999@lid' }), stop({ address: null }));
    expect(await apply()).toEqual({ applied: 0, unmatched: 0, parked: 2, faulty: 0 });
    expect(await optOuts.countParked()).toBe(2);
    const facts = { channel: 'whatsapp', provider: 'caller', error: 'names nobody whom messages were sent to' };
    const seen = await optOuts.parked(10);
    expect(seen).toEqual(expect.arrayContaining([expect.objectContaining({ ...facts, address: '999@lid' })]));
    expect(seen).toEqual(expect.arrayContaining([expect.objectContaining({ ...facts, address: null })]));
    await names.learn([{ channel: 'whatsapp', vendorId: '999@lid', tenantId: tenant.tenantId, recipient: ANN }]);
    expect(await apply()).toMatchObject({ applied: 1, parked: 0 });
    expect(await addresses()).toEqual([ANN]);
    expect(await optOuts.countParked()).toBe(1);
  });

  it('is looked at again once a receipt has told the name', async () => {
    const id = await sent();
    await tenant.set(id, { channel: 'whatsapp', recipient: '+62811' });
    await tell(stop({ address: '+628110' }));
    expect(await apply()).toMatchObject({ applied: 1 });
    await tell(stop({ address: null, vendorId: 'US.2' }));
    expect(await apply()).toMatchObject({ parked: 1 });
    await tell(told('sent', { messageId: id, channel: 'whatsapp', vendorId: 'US.2' }));
    await apply();
    expect(await optOuts.countParked()).toBe(0);
    await apply();
    expect(await addresses()).toEqual(['+62811', '+628110']);
  });

  it('is looked at again once the name is learned, told by a connection of the installation too', async () => {
    await query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_over)
       VALUES ($1, $2, 'whatsapp', '+33698765433', 'verified', 'operator')`,
      [newId(), tenant.tenantId],
    );
    await tenant.messages(1, { channel: 'whatsapp', recipient: ANN });
    const source = { provider: 'whatsapp-cloud', connectionId: connection, tenantId: null };
    const told = stop({ address: null, vendorId: 'US.3', writtenTo: ['+33698765433'] });
    await new CallbackRepository(database.dataSource).note(source, [told]);
    expect(await apply()).toMatchObject({ parked: 1 });
    await names.learn([{ channel: 'whatsapp', vendorId: 'US.3', tenantId: tenant.tenantId, recipient: ANN }]);
    expect(await apply()).toMatchObject({ applied: 1, parked: 0 });
    expect(await addresses()).toEqual([ANN]);
  });

  it('is tried again when an operator says so', async () => {
    const source = { provider: 'twilio', connectionId: connection, tenantId: null };
    await new CallbackRepository(database.dataSource).note(source, [
      stop({ channel: 'sms', writtenTo: ['+33698765432'] }),
    ]);
    expect(await apply()).toMatchObject({ parked: 1 });
    expect(await events('parked')).toMatchObject([{ evidence: { address: ANN, written_to: ['+33698765432'] } }]);
    await query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_over)
       VALUES ($1, $2, 'sms', '+33698765432', 'verified', 'operator')`,
      [newId(), tenant.tenantId],
    );
    await tenant.messages(1, { channel: 'sms', recipient: ANN });
    expect(await optOuts.retry(newId())).toBe(0);
    expect(await optOuts.retry(null)).toBe(1);
    expect(await apply()).toMatchObject({ applied: 1, parked: 0 });
    expect(await addresses()).toEqual([ANN]);
  });

  it('is parked too when its message is not found in time', async () => {
    await tell(told('unsubscribed', { messageId: newId(), address: 'ann@example.org', suppress: 'unsubscribe' }));
    await query(`UPDATE delivery_event SET received_at = now() - make_interval(days => $1)`, [DAYS]);
    await apply();
    expect(await optOuts.parked(10)).toMatchObject([{ channel: 'email', address: 'ann@example.org' }]);
  });

  it('is kept for a year, while all else is forgotten', async () => {
    await tell(stop({ address: null, vendorId: '1@lid' }), told('opened', { address: ANN }));
    await apply();
    const prune = () => repositoryOn(database.dataSource, RetentionRepository).prune('delivery_event', 30, 100);
    await query(`UPDATE delivery_event SET received_at = now() - interval '300 days'`);
    expect(await prune()).toBe(1);
    await query(`UPDATE delivery_event SET received_at = now() - interval '366 days'`);
    expect(await prune()).toBe(1);
  });
});

describe('a START', () => {
  const kept = () =>
    query('SELECT word, at, evidence FROM opt_out_word WHERE tenant_id = $1 ORDER BY address', [tenant.tenantId]);

  it('lifts the STOP before it, under every spelling, and keeps what it lifted', async () => {
    const mexican = { address: '+5215512345678', spellings: ['+525512345678'] };
    await tell(stop({ ...mexican, eventId: 's', at: at(0) }));
    await apply();
    await tell(start({ ...mexican, eventId: 'u', at: at(10) }));
    expect(await apply()).toMatchObject({ applied: 1 });
    expect(await suppressions()).toEqual([]);
    const evidence = {
      provider: 'caller',
      event_id: 'u',
      kind: 'resubscribed',
      reason: 'said_start',
      lifted: expect.objectContaining({ event_id: 's', kind: 'unsubscribed' }) as object,
    };
    expect(await kept()).toEqual(Array(2).fill({ word: 'start', at: at(10), evidence }));
  });

  it.each([
    ['in one batch', false],
    ['one after the other', true],
  ])('counts by the vendor’s time, in whatever order they come: %s', async (_name, apart) => {
    for (const each of [start({ at: at(10) }), stop({ at: at(0) }), stop({ at: at(5) })]) {
      await tell(each);
      if (apart) await apply();
    }
    await apply();
    expect(await addresses()).toEqual([]);
    for (const each of [stop({ at: at(30) }), start({ at: at(20) })]) {
      await tell(each);
      if (apart) await apply();
    }
    await apply();
    expect(await addresses()).toEqual([ANN]);
  });

  it('waits for a STOP that another worker applies, and lifts it', async () => {
    await tell(stop({ eventId: 's', at: at(0) }), start({ eventId: 'u', at: at(10) }));
    const rows = await query<{ id: string; event_id: string }>('SELECT id, event_id FROM delivery_event');
    const idOf = (event: string) => rows.filter((row) => row.event_id === event).map(({ id }) => id);
    let second: Promise<unknown> = Promise.resolve();
    await database.dataSource.transaction(async (tx) => {
      await applyWords(tx, idOf('s'));
      second = database.dataSource.transaction((other) => applyWords(other, idOf('u')));
      await until(async () => {
        const waiting = await query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      });
    });
    await second;
    expect(await suppressions()).toEqual([]);
  });

  it.each([
    ['a bounce', 'bounce', {}],
    ['what the tenant entered', 'unsubscribe', { key_prefix: 'ob_live_x' }],
    ['a wish by hand', 'manual', {}],
  ] as const)('does not lift %s', async (_name, reason, evidence) => {
    const suppression = repositoryOn(database.dataSource, SuppressionRepository);
    await suppression.add(tenant.tenantId, { channel: 'whatsapp', address: ANN, reason, evidence }, at(0));
    await tell(start({ at: at(10) }));
    await apply();
    expect(await addresses()).toEqual([ANN]);
  });

  it('lifts what a vendor’s refusal had suppressed, and nothing of another channel or tenant', async () => {
    const other = await TenantFactory.create(database.dataSource);
    const suppression = repositoryOn(database.dataSource, SuppressionRepository);
    const refused = { address: ANN, reason: 'unsubscribe', evidence: { reply: { code: '21610' } } } as const;
    await suppression.add(tenant.tenantId, { ...refused, channel: 'whatsapp' }, at(0));
    await suppression.add(tenant.tenantId, { ...refused, channel: 'sms' }, at(0));
    await suppression.add(other.tenantId, { ...refused, channel: 'whatsapp' }, at(0));
    await tell(start({ at: at(10) }));
    await apply();
    expect(await suppressions()).toMatchObject([{ channel: 'sms' }]);
    expect(await query('SELECT FROM suppression WHERE tenant_id = $1', [other.tenantId])).toHaveLength(1);
  });

  it('of what is for bulk alone leaves a STOP of all as it is, and a START lifts both', async () => {
    const scopes = async () => (await suppressions()).map(({ scope }) => scope).sort();
    await tell(stop({ at: at(0) }), stop({ at: at(1), scope: 'bulk' }));
    await apply();
    expect(await scopes()).toEqual(['all', 'bulk']);
    await tell(start({ at: at(2), scope: 'bulk' }));
    await apply();
    expect(await scopes()).toEqual(['all']);
    await tell(stop({ at: at(3), scope: 'bulk' }), start({ at: at(4) }));
    await apply();
    expect(await scopes()).toEqual([]);
  });

  it('of nobody is unmatched, and its address not kept', async () => {
    await tell(start({ address: null }));
    expect(await apply()).toMatchObject({ unmatched: 1, parked: 0 });
  });
});
