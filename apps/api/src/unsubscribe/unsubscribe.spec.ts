import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { newId } from '@outbell/shared/uuid.js';
import { createHash } from 'node:crypto';
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

function suppressions(): Promise<{ channel: string; address: string; reason: string; evidence: object }[]> {
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
      `SELECT kind, message_id FROM delivery_event WHERE tenant_id = $1`,
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
    ['percent-encoded', 'List%2DUnsubscribe=One%2DClick', FORM],
    ['in small letters', 'list-unsubscribe=one-click', FORM],
    ['as text', 'List-Unsubscribe=One-Click\r\n', 'text/plain'],
    [
      'as a part with its own type',
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\nContent-Type: text/plain; ' +
        'charset=UTF-8\r\n\r\nOne-Click\r\n--x--\r\n',
      'multipart/form-data; boundary="x"',
    ],
  ])('takes it %s', async (_name, body, type) => {
    expect((await post(body, type)).statusCode).toBe(200);
    expect(await suppressions()).toHaveLength(1);
  });

  it('takes it without a content type', async () => {
    const answer = await api.app.inject({ method: 'POST', url, payload: Buffer.from(ONE_CLICK) });
    expect([answer.statusCode, (await suppressions()).length]).toEqual([200, 1]);
  });

  it('reads no more than 64 KB', async () => {
    expect((await post('x'.repeat(70_000))).statusCode).toBe(413);
  });

  it.each([
    ['another form', 'List-Unsubscribe=Maybe', FORM],
    ['nothing', '', FORM],
    ['JSON', '{"List-Unsubscribe":"One-Click"}', 'application/json'],
    ['JSON that overrides toString', '{"toString":1}', 'application/json'],
    ['broken JSON', '{', 'application/json'],
    ['another type', 'x', 'image/png'],
    ['a form that breaks off', '--x\r\nContent-', 'multipart/form-data; boundary=x'],
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
  it('says who writes to whom, holds a button and changes nothing', async () => {
    const answer = await api.app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<bdi>The Shop</bdi>');
    expect(answer.body).toContain('shop@example.com');
    expect(answer.body).toContain('a•••@example.org');
    expect(answer.body).toMatch(
      /<form method="post">\s*<input type="hidden" name="List-Unsubscribe" value="One-Click"/,
    );
    expect(answer.body).not.toContain('ann@example.org');
    expect(await suppressions()).toEqual([]);
  });

  it.each(['?List-Unsubscribe=One-Click', '?action=unsubscribe'])('changes nothing by %s either', async (query) => {
    expect((await api.app.inject({ url: url + query })).statusCode).toBe(200);
    expect((await api.app.inject({ method: 'HEAD', url: url + query })).statusCode).toBeLessThan(500);
    expect(await suppressions()).toEqual([]);
  });

  it('says when the link does not work, in the browser’s language', async () => {
    const answer = await api.app.inject({ url: '/u/nonsense', headers: { 'accept-language': 'de-CH,en;q=0.5' } });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<html lang="de" dir="ltr">');
    expect(answer.body).toContain('Dieser Link funktioniert nicht');
  });

  it('loads nothing and runs nothing: the policy names its one style', async () => {
    const { headers, body } = await api.app.inject({ url });
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(body) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(body).not.toMatch(/<script|src=|href=|@import|url\(/);
  });

  it('puts names in as text', async () => {
    await api.database.dataSource.query('UPDATE sender SET name = $2 WHERE id = $1', [
      tenant.senderId,
      '<script>alert(1)</script>"\'&',
    ]);
    const { body } = await api.app.inject({ url });
    expect(body).not.toContain('<script');
    expect(body).toContain('&#60;script&#62;alert(1)');
  });

  it('is in the language of the contact, then of the template, then of the browser', async () => {
    const inFrench = { url, headers: { 'accept-language': 'fr' } };
    expect((await api.app.inject(inFrench)).body).toContain('<html lang="fr" dir="ltr">');
    const [template, version] = [newId(), newId()];
    const { query } = api.database.dataSource;
    const run = query.bind(api.database.dataSource);
    await run(`INSERT INTO template (id, tenant_id, name, channel, locale) VALUES ($1, $2, 'news', 'email', 'pt-BR')`, [
      template,
      tenant.tenantId,
    ]);
    await run(
      `INSERT INTO template_version (id, tenant_id, template_id, version, text, variables) VALUES ($1, $2, $3, 1, 'x',
        '{}')`,
      [version, tenant.tenantId, template],
    );
    await tenant.set(messageId, { template_version_id: version });
    expect((await api.app.inject(inFrench)).body).toContain('<html lang="pt"');
    await run(
      `INSERT INTO contact (id, tenant_id, email, locale, attributes, created_at, updated_at)
       VALUES ($1, $2, 'ann@example.org', 'ar-EG', '{}', now(), now())`,
      [newId(), tenant.tenantId],
    );
    expect((await api.app.inject(inFrench)).body).toContain('<html lang="ar" dir="rtl">');
  });
});

describe('the page of a message that has a topic', () => {
  it('names it, and is of it alone', async () => {
    const topics = ['offers', 'events'];
    const links = await Promise.all(
      topics.map(async (topic) => {
        const [id = ''] = await tenant.messages(1, { priority: PRIORITY_RANK.bulk, topic });
        return `/u/${api.app.get(Signer).sign('unsubscribe', `${tenant.tenantId}:${id}`)}`;
      }),
    );
    const [offers = '', events = ''] = links;
    expect((await post(ONE_CLICK, FORM, offers)).body).toMatch(/<dt>Topic<\/dt>\s*<dd><bdi>offers<\/bdi>/);
    expect((await api.app.inject({ url: offers })).body).toContain('You are already unsubscribed');
    expect((await api.app.inject({ url: events })).body).toContain('Nothing has changed yet');
  });
});

describe('the page', () => {
  const page = async () => (await api.app.inject({ url })).body;
  const told = () =>
    api.database.dataSource.query<{ kind: string }[]>(
      `SELECT kind FROM delivery_event WHERE tenant_id = $1 ORDER BY received_at`,
      [tenant.tenantId],
    );

  it('differs before the click, after it, and when it is opened again', async () => {
    expect(await page()).toContain('Nothing has changed yet');
    const done = await post();
    expect(done.headers['content-security-policy']).toContain("default-src 'none'");
    expect(done.body).toContain('You are unsubscribed');
    expect(done.body).toContain('a•••@example.org');
    expect(await page()).toContain('You are already unsubscribed');
    expect((await post()).body).toContain('You are already unsubscribed');
  });

  it('takes it back, and both are told', async () => {
    await post();
    const answer = await post('action=resubscribe');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('You are subscribed again');
    expect(await suppressions()).toEqual([]);
    expect(await page()).toContain('Unsubscribe?');
    await post();
    expect(await suppressions()).toHaveLength(1);
    expect((await told()).map(({ kind }) => kind)).toEqual(['unsubscribed', 'resubscribed', 'unsubscribed']);
  });

  it('takes all back that keeps these mailings away: of the topic, and of all bulk', async () => {
    const [id = ''] = await tenant.messages(1, { recipient: 'ann@example.org', topic: 'offers' });
    const offers = `/u/${api.app.get(Signer).sign('unsubscribe', `${tenant.tenantId}:${id}`)}`;
    await post(ONE_CLICK, FORM, offers);
    await post();
    expect(await suppressions()).toHaveLength(2);
    expect((await post('action=resubscribe', FORM, offers)).body).toContain('You are subscribed again');
    expect((await api.app.inject({ url: offers })).body).toContain('Unsubscribe?');
    expect(await suppressions()).toEqual([]);
  });

  it('takes nothing back that was no link’s', async () => {
    await api.app
      .get(SuppressionRepository)
      .add(
        tenant.tenantId,
        { channel: 'email', address: 'ann@example.org', reason: 'unsubscribe', evidence: { key_prefix: 'x' } },
        new Date(),
      );
    expect(await page()).not.toContain('Subscribe again');
    const answer = await post('action=resubscribe');
    expect(answer.body).toContain('You are already unsubscribed');
    expect(answer.body).not.toContain('Subscribe again');
    expect(await suppressions()).toHaveLength(1);
  });
});
