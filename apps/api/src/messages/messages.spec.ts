import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { until } from '../../../../test/support/until.js';

const HELLO = {
  channel: 'email',
  to: 'ann@example.org',
  sender: 'shop@example.com',
  subject: 'Hello',
  text: 'Hello Ann',
};

describe('/v1/messages', () => {
  let api: TestApi;
  let tenant: TenantFactory;
  let key: TestKey;
  let stranger: TestKey;

  beforeAll(async () => {
    api = await TestApi.start();
    tenant = await TenantFactory.create(api.database.dataSource);
    key = await api.newKey({ tenantId: tenant.tenantId });
    stranger = await api.newKey();
  });
  afterAll(() => api.stop());

  function post(body: unknown, headers: Record<string, string> = {}, url = '/v1/messages') {
    const all = { ...key.headers, 'content-type': 'application/json', ...headers };
    return api.app.inject({ method: 'POST', url, headers: all, payload: JSON.stringify(body) });
  }

  function get(url: string, by = key) {
    return api.app.inject({ url, headers: by.headers });
  }

  async function count(): Promise<number> {
    const [row] = await api.database.dataSource.query(`SELECT count(*)::int AS count FROM message`);
    return row.count;
  }

  async function create(body: object = HELLO, headers: Record<string, string> = {}): Promise<string> {
    const answer = await post(body, headers);
    expect(answer.statusCode).toBe(202);
    return answer.json().id;
  }

  describe('accepting one', () => {
    it('answers 202 with its id, and the row is there', async () => {
      const answer = await post({ ...HELLO, to: 'Ann@EXAMPLE.org', metadata: { order: 1 }, tags: ['a'] });
      expect(answer.statusCode).toBe(202);
      expect(answer.json()).toMatchObject({ status: 'queued', created_at: expect.any(String) as string });
      expect(await tenant.row(answer.json().id)).toMatchObject({
        recipient: 'ann@example.org',
        metadata: { order: 1 },
      });
    });

    it('keeps the topic of bulk, shows it, and tells what of it an opt-out stops', async () => {
      const offer = { ...HELLO, to: 'topical@example.org', priority: 'bulk', topic: 'Offers of May' };
      const ids = [
        await create(offer),
        await create({ ...offer, topic: 'news' }),
        await create({ ...offer, topic: undefined }),
      ];
      const suppressions = repositoryOn(api.database.dataSource, SuppressionRepository);
      const stop = { channel: 'email', address: offer.to, reason: 'unsubscribe', evidence: {} } as const;
      await suppressions.add(tenant.tenantId, { ...stop, scope: 'topic', topic: offer.topic }, new Date());
      const shown = await Promise.all(ids.map(async (id) => (await get(`/v1/messages/${id}`)).json()));
      expect(shown.map(({ topic, status }) => [topic, status])).toEqual([
        [offer.topic, 'suppressed'],
        ['news', 'queued'],
        [null, 'queued'],
      ]);
      const explained = (await get(`/v1/messages/${ids[0]}/explain`)).json();
      expect(explained).toMatchObject({ status: 'suppressed', reason: 'recipient_unsubscribed' });
      expect(JSON.stringify(explained.steps ?? explained)).toContain('"scope":"topic"');
    });

    it.each([
      ['a topic of what is not bulk', { ...HELLO, topic: 'offers' }, 'topic'],
      ['a topic with a line break', { ...HELLO, priority: 'bulk', topic: 'a\nb' }, 'topic'],
      ['an unknown property', { ...HELLO, tenantId: 'x' }, 'tenantId'],
      ['an unknown channel', { ...HELLO, channel: 'fax' }, 'channel'],
      ['a channel that is not delivered here', { ...HELLO, channel: 'sms', to: '+4915112345678' }, 'channel'],
      ['no address', { ...HELLO, to: '' }, 'to'],
      ['two addresses', { ...HELLO, to: 'a@example.org, b@example.org' }, 'to'],
      ['group syntax', { ...HELLO, to: 'all: a@example.org;' }, 'to'],
      ['a display name', { ...HELLO, to: 'Ann <ann@example.org>' }, 'to'],
      ['a line break in the address', { ...HELLO, to: 'ann@example.org\r\nBcc: b@example.org' }, 'to'],
      ['a bidi character in the address', { ...HELLO, to: 'ann\u202e@example.org' }, 'to'],
      ['a line break in the subject', { ...HELLO, subject: 'a\r\nBcc: b@example.org' }, 'subject'],
      ['an unknown sender', { ...HELLO, sender: 'nobody@example.com' }, 'sender'],
      [
        'an unknown template',
        { channel: 'email', to: HELLO.to, sender: HELLO.sender, template: { name: 'x' } },
        'template.name',
      ],
      ['content beside a template', { ...HELLO, template: { name: 'x' } }, 'subject'],
      ['variables without a template', { ...HELLO, variables: { a: 1 } }, 'variables'],
      ['no content', { channel: 'email', to: HELLO.to, sender: HELLO.sender, subject: 'x' }, 'text'],
      ['raw mail', { ...HELLO, raw: 'From: x' }, 'raw'],
      ['attachments by path', { ...HELLO, attachments: [{ path: '/etc/passwd' }] }, 'attachments'],
      ['a schedule in the past', { ...HELLO, scheduled_at: '2020-01-01T00:00:00Z' }, 'scheduled_at'],
      ['the year 9999', { ...HELLO, scheduled_at: '9999-01-01T00:00:00Z' }, 'scheduled_at'],
      ['a local time', { ...HELLO, scheduled_at: '2027-03-28T02:30:00' }, 'scheduled_at'],
      ['a day that does not exist', { ...HELLO, scheduled_at: '2027-02-30T00:00:00Z' }, 'scheduled_at'],
      ['a time zone’s name', { ...HELLO, scheduled_at: '2027-01-01T00:00:00 Mars/Phobos' }, 'scheduled_at'],
      ['expiry before schedule', { ...HELLO, scheduled_at: inDays(2), expires_at: inDays(1) }, 'expires_at'],
      ['an unknown priority', { ...HELLO, priority: 'urgent' }, 'priority'],
      ['variables as a list', { ...HELLO, variables: [] }, 'variables'],
      ['eleven tags', { ...HELLO, tags: Array.from({ length: 11 }, String) }, 'tags'],
      ['metadata beyond 10 KB', { ...HELLO, metadata: { a: 'x'.repeat(10_001) } }, 'metadata'],
    ])('refuses %s, naming the field, and writes nothing', async (_, body, field) => {
      const before = await count();
      const answer = await post(body);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json().errors.map((error: { field: string }) => error.field)).toContain(field);
      expect(await count()).toBe(before);
    });

    it('takes a test key’s message as a test', async () => {
      const test = await api.newKey({ tenantId: tenant.tenantId, mode: 'test' });
      const answer = await post(HELLO, test.headers);
      expect(await tenant.row(answer.json().id)).toMatchObject({ mode: 'test' });
    });

    it('keeps what is scheduled or bulk for dispatch, and publishes the rest at once', async () => {
      const later = await create({ ...HELLO, scheduled_at: inDays(1) });
      const bulk = await create({ ...HELLO, priority: 'bulk' });
      const now = await create();
      expect((await tenant.row(later))['due_at']).toEqual((await tenant.row(later))['run_at']);
      expect((await tenant.row(bulk))['due_at']).toEqual((await tenant.row(bulk))['run_at']);
      expect((await tenant.row(now))['run_at']).not.toEqual((await tenant.row(now))['due_at']);
    });
  });

  describe('reading', () => {
    it('shows the timeline, oldest first', async () => {
      const id = await create();
      expect((await get(`/v1/messages/${id}`)).json()).toMatchObject({ id, timeline: [{ type: 'queued' }] });
    });

    it('pages through a list without gap or repeat', async () => {
      const ids = [await create(), await create(), await create()].reverse();
      const first = (await get('/v1/messages?limit=2')).json();
      const second = (await get(`/v1/messages?limit=2&cursor=${first.next_cursor}`)).json();
      const seen = [...first.data, ...second.data].map((message: { id: string }) => message.id);
      expect(seen.slice(0, 3)).toEqual(ids);
    });

    it('finds messages by address, whatever its spelling', async () => {
      const id = await create({ ...HELLO, to: 'zoe@example.org' });
      const found = (await get('/v1/messages?recipient=Zoe@EXAMPLE.org')).json().data;
      expect(found.map((message: { id: string }) => message.id)).toEqual([id]);
    });

    it('finds messages by mode, sender, template, metadata and reason, and shows no stranger any', async () => {
      const marked = { ...HELLO, metadata: { order_id: 'A=17', n: 5, list: [1] } };
      const id = await create(marked);
      const test = await api.newKey({ tenantId: tenant.tenantId, mode: 'test' });
      const tested = (await post(HELLO, test.headers)).json().id as string;
      const found = async (query: string, by = key) =>
        ((await get(`/v1/messages?${query}`, by)).json().data as { id: string }[]).map((message) => message.id);
      expect(await found('metadata=order_id%3DA%3D17')).toEqual([id]);
      expect(await found('metadata=order_id=A=17&metadata=n=5')).toEqual([id]);
      expect(await found('metadata=order_id=A=17&metadata=n=6')).toEqual([]);
      expect(await found('metadata=n=5', stranger)).toEqual([]);
      expect(await found('mode=test')).toContain(tested);
      expect(await found('mode=live')).not.toContain(tested);
      expect(await found('metadata=n=5&sender=SHOP@example.com')).toEqual([id]);
      expect(await found(`metadata=n=5&sender=${tenant.senderId}`)).toEqual([id]);
      expect(await found(`metadata=n=5&sender=nobody@example.com`)).toEqual([]);
      await tenant.set(id, { status: 'failed', reason: 'bounced_hard' });
      expect(await found('reason=bounced_hard')).toEqual([id]);
      expect(await found('reason=bounced_hard', stranger)).toEqual([]);
    });

    it('finds messages by the name or the id of their template', async () => {
      const content = { subject: 'Hi', text: 'Hi' };
      const template = (await post({ name: 'found', channel: 'email', ...content }, {}, '/v1/templates')).json();
      await post({ version: 1 }, {}, `/v1/templates/${template.id}/publish`);
      const { channel, to, sender } = HELLO;
      const id = await create({ channel, to, sender, template: { name: 'found' } });
      for (const name of ['found', template.id, template.id.toUpperCase()]) {
        expect((await get(`/v1/messages?template=${name}`)).json().data).toMatchObject([{ id }]);
        expect((await get(`/v1/messages?template=${name}`, stranger)).json().data).toEqual([]);
      }
      expect((await get('/v1/messages?template=lost')).json().data).toEqual([]);
    });

    it.each([
      'mode=both',
      'metadata=order_id',
      'metadata==x',
      'recipient=nobody',
      'status=lost',
      'limit=0',
      'limit=101',
      'cursor=x',
      'created_after=yesterday',
      'surprise=1',
    ])('refuses ?%s', async (query) => {
      expect((await get(`/v1/messages?${query}`)).statusCode).toBe(400);
    });
  });

  describe('explain', () => {
    it('says what a message waits for, and when it is tried', async () => {
      const scheduled = inDays(1);
      const id = await create({ ...HELLO, scheduled_at: scheduled });
      const explanation = (await get(`/v1/messages/${id}/explain`)).json();
      expect(explanation).toMatchObject({ status: 'queued', summary: 'Waits: its time has not come.' });
      expect(explanation.next_try_at).toBe(scheduled);
      expect(explanation.steps[0]).toMatchObject({ step: 'schedule', verdict: 'waiting' });
    });
  });

  describe('cancel and retry', () => {
    it('cancels a queued message once', async () => {
      const id = await create({ ...HELLO, scheduled_at: inDays(1) });
      expect((await post({}, {}, `/v1/messages/${id}/cancel`)).json()).toMatchObject({ status: 'canceled' });
      const again = await post({}, {}, `/v1/messages/${id}/cancel`);
      expect(again.statusCode).toBe(409);
      expect(again.json().detail).toContain('canceled');
    });

    it('retries what failed, and nothing else', async () => {
      const id = await create({ ...HELLO, scheduled_at: inDays(1) });
      expect((await post({}, {}, `/v1/messages/${id}/retry`)).statusCode).toBe(409);
      await tenant.set(id, { status: 'failed', reason: 'mailbox_unavailable' });
      const answer = await post({}, {}, `/v1/messages/${id}/retry`);
      expect(answer.statusCode).toBe(202);
      expect(answer.json().timeline.at(-1)).toMatchObject({ type: 'requeued', detail: { was: 'failed' } });
    });
  });

  describe('another tenant', () => {
    it('finds nothing of ours on any route', async () => {
      const id = await create({ ...HELLO, scheduled_at: inDays(1) });
      for (const path of ['', '/explain'])
        expect((await get(`/v1/messages/${id}${path}`, stranger)).statusCode).toBe(404);
      for (const path of ['cancel', 'retry']) {
        expect((await post({}, stranger.headers, `/v1/messages/${id}/${path}`)).statusCode).toBe(404);
      }
      expect((await get('/v1/messages', stranger)).json().data).toEqual([]);
      expect((await get(`/v1/messages?recipient=${HELLO.to}`, stranger)).json().data).toEqual([]);
      expect(await tenant.row(id)).toMatchObject({ status: 'queued' });
    });

    it('cannot use our sender or template, alone or in a batch', async () => {
      const item = { ...HELLO, sender: tenant.senderId };
      const alone = await post(item, stranger.headers);
      expect(alone.statusCode).toBe(400);
      const batch = await post({ messages: [item] }, stranger.headers, '/v1/messages/batch');
      expect(batch.json().results[0]).toMatchObject({ status: 400, errors: [{ field: 'sender' }] });
    });
  });

  it('puts nothing but ids into the queue', async () => {
    const id = await create({
      ...HELLO,
      priority: 'high',
      text: 'canary-text',
      metadata: { canary: 'canary-metadata' },
    });
    const jobs = await until(async () => {
      const rows = await api.database.dataSource.query(`SELECT j::text AS job FROM bullmq.job j`);
      const texts = rows.map((row: { job: string }) => row.job).join('\n');
      return texts.includes(id) && texts;
    });
    expect(jobs).not.toMatch(/canary|ann@example|shop@example/);
  });
});

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
