import { DeliveryRepository } from '@outbell/persistence/repositories/delivery.repository.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';

const ONE_CLICK = 'List-Unsubscribe=One-Click';
const FORM = 'application/x-www-form-urlencoded';

let api: TestApi;
let tenant: TenantFactory;
let messageId: string;
let url: string;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  tenant = await TenantFactory.create(api.database.dataSource);
  messageId = (await tenant.messages(1, { recipient: 'ann@example.org' }))[0] ?? '';
  url = `/u/${api.app.get(Signer).sign('unsubscribe', `${tenant.tenantId}:${messageId}`)}`;
});

function post(payload = ONE_CLICK, type = FORM, to = url) {
  return api.app.inject({ method: 'POST', url: to, payload, headers: { 'content-type': type } });
}

function suppressions(): Promise<
  { channel: string; address: string; reason: string; scope: string; evidence: object }[]
> {
  return api.database.dataSource.query(`SELECT * FROM suppression WHERE tenant_id = $1`, [tenant.tenantId]);
}

describe('POST /u/:token', () => {
  it('suppresses the recipient for the tenant, with the message as evidence', async () => {
    expect((await post()).statusCode).toBe(200);
    expect(await suppressions()).toEqual([
      expect.objectContaining({
        channel: 'email',
        address: 'ann@example.org',
        reason: 'unsubscribe',
        scope: 'bulk',
        topic: null,
        evidence: { message_id: messageId, at: expect.stringMatching(/Z$/) as string },
      }),
    ]);
  });

  it('holds back what a worker has in hand, but no code, before it answers', async () => {
    const delivery = new DeliveryRepository(api.database.dataSource);
    const [code = ''] = await tenant.messages(1, { recipient: 'ann@example.org' });
    const [news = ''] = await tenant.messages(1, { recipient: 'ann@example.org', priority: PRIORITY_RANK.bulk });
    const held = await delivery.claim('email', [code, news], 60_000);
    expect((await post()).statusCode).toBe(200);
    const call = { connectionId: null, connectionVersion: null, provider: 'smtp' };
    const marked = await delivery.markSending(
      held.map(({ id, fence }) => ({ id, fence, ...call })),
      60_000,
    );
    expect([...marked.keys()]).toEqual([code]);
  });

  it('holds for the topic of the message alone, where it has one', async () => {
    const [id = ''] = await tenant.messages(1, { priority: PRIORITY_RANK.bulk, topic: 'offers' });
    const to = `/u/${api.app.get(Signer).sign('unsubscribe', `${tenant.tenantId}:${id}`)}`;
    expect((await post(ONE_CLICK, FORM, to)).statusCode).toBe(200);
    expect(await suppressions()).toMatchObject([{ scope: 'topic', topic: 'offers' }]);
  });

  it('takes it again without harm, and has the timeline told once', async () => {
    await Promise.all([post(), post(), post()]);
    expect((await post()).statusCode).toBe(200);
    expect(await suppressions()).toHaveLength(1);
    const told = await api.database.dataSource.query<object[]>(
      `SELECT kind, message_id FROM callback_event WHERE tenant_id = $1`,
      [tenant.tenantId],
    );
    expect(told).toEqual([{ kind: 'unsubscribed', message_id: messageId }]);
  });

  it('takes the multipart form of RFC 8058 too', async () => {
    const body = `--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n`;
    expect((await post(body, 'multipart/form-data; boundary=x')).statusCode).toBe(200);
    expect(await suppressions()).toHaveLength(1);
  });

  it.each([
    ['another form', 'List-Unsubscribe=Maybe', FORM],
    ['nothing', '', FORM],
    ['JSON', '{"List-Unsubscribe":"One-Click"}', 'application/json'],
  ])('refuses %s', async (_name, body, type) => {
    expect((await post(body, type)).statusCode).toBe(400);
    expect(await suppressions()).toEqual([]);
  });

  it('refuses a token that was changed, made for something else, or names no message', async () => {
    const signer = api.app.get(Signer);
    const other = await TenantFactory.create(api.database.dataSource);
    const tokens = [
      `${url.slice(3, -1)}${url.endsWith('A') ? 'B' : 'A'}`,
      signer.sign('reset', `${tenant.tenantId}:${messageId}`),
      signer.sign('unsubscribe', `${other.tenantId}:${messageId}`),
      'nonsense',
    ];
    for (const token of tokens) expect((await post(ONE_CLICK, FORM, `/u/${token}`)).statusCode).toBe(404);
    expect(await suppressions()).toEqual([]);
  });
});

describe('GET /u/:token', () => {
  it('shows a button and changes nothing', async () => {
    const answer = await api.app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<button>Unsubscribe</button>');
    expect(answer.body).not.toContain('ann@example.org');
    expect(await suppressions()).toEqual([]);
  });

  it('says when the link does not work', async () => {
    const answer = await api.app.inject({ url: '/u/nonsense' });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('does not work');
  });
});
