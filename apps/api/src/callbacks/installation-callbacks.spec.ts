import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { DeliveryEventRepository } from '@outbell/persistence/engine/delivery-event.repository.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { CallbackAddress } from '@outbell/shared/crypto/callback-address.js';
import { newId } from '@outbell/shared/uuid.js';
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { sentSettlement } from '../../../../test/support/settlements.js';

const PUBLIC_URL = 'https://mail.example.com';
const TOKEN = 'auth-token-of-the-installation';
const LEASE_MS = 60_000;

const SETTINGS = {
  PUBLIC_URL,
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_AUTH_TOKEN: TOKEN,
  SMTP_URL: 'smtp://mail.example.com',
};

let api: TestApi;
let connection: string;
let address: string;

beforeAll(async () => {
  api = await TestApi.start({ ...SETTINGS, INSTALLATION_CONNECTIONS: 'true' });
  connection = idOf('sms');
  address = api.app.get(CallbackAddress).addressOf('twilio', connection);
});
afterAll(() => api.stop());

function idOf(channel: 'sms' | 'email'): string {
  return api.app.get(InstallationConnections).connectionsOf(channel)[0]?.id ?? '';
}

/** As Twilio signs it: the address, and the fields in their order. */
function signatureOf(url: string, fields: Record<string, string>, token: string): string {
  const text = Object.keys(fields)
    .sort()
    .map((name) => name + (fields[name] ?? ''))
    .join('');
  return createHmac('sha1', token)
    .update(url + text)
    .digest('base64');
}

function tell(fields: Record<string, string>, { url = address, token = TOKEN, by = api } = {}) {
  return by.app.inject({
    method: 'POST',
    url: url.slice(PUBLIC_URL.length),
    payload: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signatureOf(url, fields, token),
    },
  });
}

/** A message of some tenant that went by that connection. */
async function sent(providerMessageId: string, connectionId = connection): Promise<[TenantFactory, string]> {
  const tenant = await TenantFactory.create(api.database.dataSource);
  const [id = ''] = await tenant.messages(1, { channel: 'sms', recipient: '+33612345678' });
  const delivery = new DeliveryRepository(api.database.dataSource);
  const fence = (await delivery.claim('sms', [id], LEASE_MS))[0]?.fence ?? 0;
  await delivery.markSending([{ id, fence, connectionId, connectionVersion: 1, provider: 'twilio' }], LEASE_MS);
  await delivery.settle([sentSettlement(id, fence, { providerMessageId })]);
  return [tenant, id];
}

const STOP = { From: '+33612345678', To: '+33698765432', Body: 'STOP', OptOutType: 'STOP' };

/** A tenant with a sender of SMS, who has sent to somebody. */
async function sending(from: string, to: string, over = 'operator'): Promise<TenantFactory> {
  const tenant = await TenantFactory.create(api.database.dataSource);
  await api.database.dataSource.query(
    `INSERT INTO sender (id, tenant_id, channel, address, status, verified_over) VALUES ($1, $2, 'sms', $3, 'verified',
      $4)`,
    [newId(), tenant.tenantId, from, over],
  );
  await tenant.messages(1, { channel: 'sms', recipient: to });
  return tenant;
}

const suppressed = () =>
  api.database.dataSource.query<object[]>(
    'SELECT tenant_id, channel, address, reason FROM suppression ORDER BY tenant_id',
  );

const apply = () => new DeliveryEventRepository(api.database.dataSource).apply(100, 3);

describe('a connection of the installation', () => {
  it('hears what became of the messages that went by it, whosever they are', async () => {
    const [one, other, stranger] = [await sent('SM1'), await sent('SM2'), await sent('SM3', idOf('email'))];
    for (const sid of ['SM1', 'SM2', 'SM3']) {
      const answer = await tell({ MessageSid: sid, MessageStatus: 'delivered' });
      expect(answer.statusCode, answer.body).toBe(200);
    }
    expect(await apply()).toEqual({ applied: 2, unmatched: 1, parked: 0, faulty: 0 });
    for (const [tenant, id] of [one, other]) expect(await tenant.row(id)).toMatchObject({ status: 'delivered' });
    expect(await stranger[0].row(stranger[1])).toMatchObject({ status: 'sent' });
    const rows = await api.database.dataSource.query<object[]>('SELECT tenant_id, connection_id FROM callback');
    expect(rows).toEqual(Array(3).fill({ tenant_id: null, connection_id: connection }));
  });

  it('suppresses who says STOP for the tenants that have written to them from that number', async () => {
    // Whose right was withdrawn has written to them, too.
    const [one, other] = [
      await sending('+33698765432', STOP.From),
      await sending('+33698765432', STOP.From, 'withdrawn'),
    ];
    // Who only calls the number its own has not, and is not told who said STOP.
    await sending('+33698765432', STOP.From, 'tenant');
    await sending('+33698765432', '+33611111111');
    await sending('+33698765433', STOP.From);
    expect((await tell({ ...STOP, MessageSid: 'SM9' })).statusCode).toBe(200);
    expect((await tell({ ...STOP, MessageSid: 'SM10' })).statusCode).toBe(200);
    // Before it was answered.
    expect(await apply()).toMatchObject({ applied: 0, unmatched: 0 });
    const tenants = [one.tenantId, other.tenantId].sort();
    const stop = { channel: 'sms', address: '+33612345678', reason: 'unsubscribe' };
    expect(await suppressed()).toEqual(tenants.map((tenantId) => ({ tenant_id: tenantId, ...stop })));
    const kept = await api.database.dataSource.query<object[]>(
      `SELECT evidence FROM delivery_event WHERE kind = 'unsubscribed'`,
    );
    expect(JSON.stringify(kept)).not.toMatch(/336/);
  });

  it('suppresses nobody for a STOP to a number that no tenant sends from', async () => {
    const before = await suppressed();
    expect((await tell({ ...STOP, MessageSid: 'SM11', To: '+33698765439' })).statusCode).toBe(200);
    expect(await apply()).toMatchObject({ applied: 0, unmatched: 0 });
    expect(await suppressed()).toEqual(before);
  });

  it('believes nobody else, under no other name, and no token of another connection', async () => {
    const fields = { MessageSid: 'SM4', MessageStatus: 'delivered' };
    const { search } = new URL(api.app.get(CallbackAddress).addressOf('twilio', idOf('email')));
    const codes = [
      await tell(fields, { token: 'another' }),
      await tell(fields, { url: address.replace(/\?.*/, search) }),
      await tell(fields, { url: address.replace('/twilio/', '/twilio-whatsapp/') }),
    ].map(({ statusCode }) => statusCode);
    expect(codes).toEqual([401, 401, 404]);
  });

  it('is none where the installation has not allowed it', async () => {
    const without = await TestApi.start(SETTINGS);
    const answer = await tell({ MessageSid: 'SM5', MessageStatus: 'delivered' }, { by: without });
    await without.stop();
    expect(answer.statusCode).toBe(404);
  });
});
