import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { until } from '../../../../test/support/until.js';
import type { Problem } from '../http/problem.js';
import type { ContactDto, ContactPageDto, ContactWithDevicesDto } from './contact.dto.js';
import type { DeviceDto } from './device.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ CHANNELS: 'email,push' });
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

const ANN = {
  external_id: 'customer-17',
  email: 'Ann@Example.org',
  phone: '+33612345678',
  locale: 'fr-FR',
  timezone: 'Europe/Paris',
  attributes: { plan: 'pro' },
};
const KEYS = { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) };
const SUBSCRIPTION = {
  endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/x',
  expirationTime: null,
  keys: KEYS,
};
const BROWSER = { provider: 'web-push', token: JSON.stringify(SUBSCRIPTION, null, 2), platform: 'firefox' };
const PHONE = { provider: 'fcm', token: 'fGh:APA91b_x-Y', platform: 'android' };

function request(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, by = key) {
  return api.app.inject({ method, url: `/v1/contacts${path}`, headers: by.headers, ...(payload && { payload }) });
}
async function made(fields: object = ANN, by = key): Promise<ContactDto> {
  const answer = await request('POST', '', fields, by);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}
async function seen(contact: ContactDto, device: object = PHONE): Promise<DeviceDto> {
  const answer = await request('POST', `/${contact.id}/devices`, device);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}
async function devicesOf({ id }: ContactDto): Promise<DeviceDto[]> {
  return (await request('GET', `/${id}`)).json<ContactWithDevicesDto>().devices;
}
const fieldsOf = (answer: { json<T>(): T }) => answer.json<Problem>().errors?.map(({ field }) => field);

describe('a contact', () => {
  it('is made, shown, changed field by field, and removed', async () => {
    const contact = await made();
    expect(contact).toMatchObject({ ...ANN, email: 'ann@example.org' });
    expect((await request('GET', `/${contact.id}`)).json()).toEqual(Object.assign({ devices: [] }, contact));
    const changed = await request('PATCH', `/${contact.id}`, { phone: null, timezone: 'UTC' });
    expect(changed.json()).toMatchObject({ ...ANN, email: 'ann@example.org', phone: null, timezone: 'UTC' });
    expect((await request('PATCH', `/${contact.id}`, { attributes: null })).json()).toMatchObject({ attributes: {} });
    expect((await request('DELETE', `/${contact.id}`)).statusCode).toBe(204);
    expect((await request('GET', `/${contact.id}`)).statusCode).toBe(404);
    expect((await request('DELETE', `/${contact.id}`)).statusCode).toBe(404);
  });

  it('needs nothing', async () => {
    expect(await made({})).toMatchObject({ external_id: null, email: null, attributes: {} });
    await made({});
  });

  it('has an external id that no other of the tenant has', async () => {
    await made();
    const other = await made({ external_id: 'customer-18' });
    for (const answer of [
      await request('POST', '', { external_id: 'customer-17' }),
      await request('PATCH', `/${other.id}`, { external_id: 'customer-17' }),
    ]) {
      expect([answer.statusCode, fieldsOf(answer)]).toEqual([409, ['external_id']]);
    }
    await made(ANN, await api.newKey());
  });

  it('is found by what it is called and where it is reached', async () => {
    const { id } = await made();
    await made({ email: 'bob@example.org' });
    for (const query of ['external_id=customer-17', 'email=ANN%40example.org', 'phone=%2B33612345678']) {
      const { data } = (await request('GET', `?${query}`)).json<ContactPageDto>();
      expect(data.map((contact) => contact.id)).toEqual([id]);
    }
    const first = (await request('GET', '?limit=1')).json<ContactPageDto>();
    const second = (await request('GET', `?limit=1&cursor=${first.next_cursor}`)).json<ContactPageDto>();
    expect(second.data.map((contact) => contact.id)).toEqual([id]);
    expect(second.next_cursor).toBeNull();
  });

  it.each<[string, object]>([
    ['external_id', { external_id: '' }],
    ['external_id', { external_id: 'a\nb' }],
    ['external_id', { external_id: 17 }],
    ['email', { email: 'ann' }],
    ['email', { email: 'ann@example.org, bob@example.org' }],
    ['phone', { phone: '0612345678' }],
    ['locale', { locale: 'fr_FR' }],
    ['timezone', { timezone: 'Mars/Phobos' }],
    ['timezone', { timezone: '+01:00' }],
    ['timezone', { timezone: '' }],
    ['attributes', { attributes: [] }],
    ['attributes', { attributes: { a: 'x'.repeat(10_001) } }],
    ['tenantId', { tenantId: newId() }],
  ])('has no such %s: %#', async (field, fields) => {
    const contact = await made({});
    for (const answer of [await request('POST', '', fields), await request('PATCH', `/${contact.id}`, fields)]) {
      expect(answer.statusCode).toBe(400);
      expect(fieldsOf(answer)).toContain(field);
    }
    expect((await request('GET', '')).json<ContactPageDto>().data).toEqual([contact]);
  });
});

describe('a device', () => {
  it('is registered once, however often it is seen', async () => {
    const contact = await made();
    const first = await seen(contact, BROWSER);
    const { endpoint, keys } = SUBSCRIPTION;
    expect(first).toMatchObject({
      provider: 'web-push',
      platform: 'firefox',
      token: JSON.stringify({ endpoint, keys }),
    });
    const again = await seen(contact, { provider: 'web-push', token: JSON.stringify(SUBSCRIPTION) });
    expect(again).toMatchObject({ id: first.id, created_at: first.created_at, platform: null });
    const phone = await seen(contact);
    expect((await devicesOf(contact)).map(({ id }) => id)).toEqual([phone.id, first.id]);
  });

  it('passes to the contact that was seen with it last', async () => {
    const [ann, bob] = [await made(), await made({})];
    const { id } = await seen(ann);
    expect(await seen(bob)).toMatchObject({ id });
    expect(await devicesOf(ann)).toEqual([]);
    expect(await devicesOf(bob)).toMatchObject([{ id }]);
  });

  it('is removed by itself, or with its contact', async () => {
    const contact = await made();
    const [phone, browser] = [await seen(contact), await seen(contact, BROWSER)];
    expect((await request('DELETE', `/${contact.id}/devices/${phone.id}`)).statusCode).toBe(204);
    expect((await request('DELETE', `/${contact.id}/devices/${phone.id}`)).statusCode).toBe(404);
    expect(await devicesOf(contact)).toMatchObject([{ id: browser.id }]);
    await request('DELETE', `/${contact.id}`);
    const [{ count }] = await api.database.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM contact_device WHERE contact_id = $1`,
      [contact.id],
    );
    expect(count).toBe(0);
  });

  it.each([
    ['new', undefined],
    ['seen before', 'another contact'],
  ])('that is %s is of no contact that is deleted in the same moment', async (_, known) => {
    if (known !== undefined) await seen(await made({}));
    const contact = await made({});
    const deleting = api.database.dataSource.createQueryRunner();
    await deleting.startTransaction();
    await deleting.query('DELETE FROM contact WHERE id = $1', [contact.id]);
    const answer = request('POST', `/${contact.id}/devices`, PHONE);
    await until(async () => {
      const waiting = await api.database.dataSource.query<object[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
          AND query ~ 'INTO contact_device'`,
      );
      return waiting.length > 0;
    });
    await deleting.commitTransaction();
    await deleting.release();
    expect((await answer).statusCode).toBe(404);
    expect((await answer).json()).toMatchObject({ detail: expect.stringContaining('no contact') as string });
  });

  it('goes when its token is called dead, of this tenant alone; and is alive again when it is seen again', async () => {
    const contact = await made();
    await seen(contact);
    const stranger = await api.newKey();
    const strangers = await made({}, stranger);
    await request('POST', `/${strangers.id}/devices`, PHONE, stranger);
    const suppress = (reason: string) => {
      const payload = { channel: 'push', address: PHONE.token, reason };
      return api.app.inject({ method: 'POST', url: '/v1/suppressions', headers: key.headers, payload });
    };
    const suppressed = async () => {
      const answer = await api.app.inject({ url: '/v1/suppressions?channel=push', headers: key.headers });
      return answer.json<{ data: { reason: string }[] }>().data.map(({ reason }) => reason);
    };
    await suppress('invalid');
    expect(await devicesOf(contact)).toEqual([]);
    expect((await request('GET', `/${strangers.id}`, undefined, stranger)).json()).toMatchObject({
      devices: [{ token: PHONE.token }],
    });
    await seen(contact);
    expect(await suppressed()).toEqual([]);
    await suppress('unsubscribe');
    await seen(contact);
    expect(await suppressed()).toEqual(['unsubscribe']);
    expect(await devicesOf(contact)).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['provider', { ...PHONE, provider: 'apns' }],
    ['token', { ...PHONE, token: '' }],
    ['token', { ...PHONE, token: 'a b' }],
    ['token', { ...PHONE, token: BROWSER.token }],
    ['token', { ...BROWSER, token: PHONE.token }],
    ['token', { ...BROWSER, token: '{}' }],
    ['platform', { ...PHONE, platform: 'An Droid' }],
    ['surprise', { ...PHONE, surprise: 1 }],
  ])('has no such %s: %#', async (field, device) => {
    const contact = await made({});
    const answer = await request('POST', `/${contact.id}/devices`, device);
    expect([answer.statusCode, fieldsOf(answer)]).toEqual([400, [field]]);
    expect(await devicesOf(contact)).toEqual([]);
  });
});

it('another tenant finds nothing on any route', async () => {
  const contact = await made();
  const device = await seen(contact);
  const stranger = await api.newKey();
  const answers = [
    await request('GET', `/${contact.id}`, undefined, stranger),
    await request('PATCH', `/${contact.id}`, { phone: null }, stranger),
    await request('DELETE', `/${contact.id}`, undefined, stranger),
    await request('POST', `/${contact.id}/devices`, BROWSER, stranger),
    await request('DELETE', `/${contact.id}/devices/${device.id}`, undefined, stranger),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404, 404]);
  for (const query of ['', '?external_id=customer-17', '?email=ann%40example.org'])
    expect((await request('GET', query, undefined, stranger)).json<ContactPageDto>().data).toEqual([]);
  expect((await request('GET', `/${contact.id}`)).json()).toEqual(Object.assign({ devices: [device] }, contact));
});

it('asks for the scope of the verb', async () => {
  const reader = await api.newKey({ tenantId: key.tenantId, scopes: ['contacts:read'] });
  const writer = await api.newKey({ tenantId: key.tenantId, scopes: ['contacts:write'] });
  const { id } = await made(ANN, writer);
  expect((await request('GET', `/${id}`, undefined, writer)).statusCode).toBe(403);
  expect((await request('POST', '', {}, reader)).statusCode).toBe(403);
  expect((await request('POST', `/${id}/devices`, PHONE, reader)).statusCode).toBe(403);
});
