import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';

const HELLO = {
  channel: 'email',
  to: 'ann@example.org',
  sender: 'shop@example.com',
  subject: 'Hello',
  text: 'Hello Ann',
};

describe('/v1/messages/batch', () => {
  let api: TestApi;
  let tenant: TenantFactory;
  let key: TestKey;

  beforeAll(async () => {
    api = await TestApi.start();
    tenant = await TenantFactory.create(api.database.dataSource);
    key = await api.newKey({ tenantId: tenant.tenantId });
  });
  afterAll(() => api.stop());

  function post(body: unknown, headers: Record<string, string> = {}, url = '/v1/messages') {
    const all = { ...key.headers, 'content-type': 'application/json', ...headers };
    return api.app.inject({ method: 'POST', url, headers: all, payload: JSON.stringify(body) });
  }

  async function count(): Promise<number> {
    const [row] = await api.database.dataSource.query(`SELECT count(*)::int AS count FROM message`);
    return row.count;
  }

  describe('a batch', () => {
    const url = '/v1/messages/batch';

    it('accepts and refuses item by item', async () => {
      const before = await count();
      const answer = await post(
        { messages: [HELLO, { ...HELLO, to: 'nobody' }, { ...HELLO, sender: 'x@y.z' }] },
        {},
        url,
      );
      expect(answer.statusCode).toBe(202);
      const [good, badAddress, badSender] = answer.json().results;
      expect(good).toEqual({ index: 0, status: 202, id: expect.any(String) as string });
      expect(badAddress).toMatchObject({ index: 1, status: 400, errors: [{ field: 'to' }] });
      expect(badSender).toMatchObject({ index: 2, status: 400, errors: [{ field: 'sender' }] });
      expect(await count()).toBe(before + 1);
    });

    it.each<[string, string, string]>([
      ['null', 'null', 'item'],
      ['a text', '"x"', 'item'],
      ['a number', '1e400', 'item'],
      ['a list', '[{}]', 'item'],
      ['nothing', '{}', 'channel'],
      ['an unknown property', `{"surprise":1,${JSON.stringify(HELLO).slice(1)}`, 'surprise'],
      ['wrong types', `{"tags":7,${JSON.stringify(HELLO).slice(1)}`, 'tags'],
      [
        'an integer beyond 2^53',
        `{"metadata":{"a":[9007199254740993]},${JSON.stringify(HELLO).slice(1)}`,
        'metadata.a.0',
      ],
      ['3,000 levels', `{"metadata":${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}}`, 'metadata.a.a'],
      ['20,000 properties', `{"metadata":{${numbered(20_000)}}}`, 'metadata'],
      ['a name that reaches a prototype', '{"__proto__":{}}', '__proto__'],
      ['a NUL', `{"html":"\\u0000",${JSON.stringify(HELLO).slice(1)}`, 'html'],
      ['too much metadata', `{"metadata":{"a":"${'x'.repeat(20_000)}"},${JSON.stringify(HELLO).slice(1)}`, 'metadata'],
      [
        'an unknown template',
        JSON.stringify({ channel: 'email', to: HELLO.to, sender: HELLO.sender, template: { name: 'none' } }),
        'template.name',
      ],
      ['another’s fallback', `{"fallback":[null],${JSON.stringify(HELLO).slice(1)}`, 'fallback'],
    ])('answers %s by its index, and takes the others', async (_name, item, field) => {
      for (const [payload, at] of [
        [`{"messages":[${JSON.stringify(HELLO)},${item},${JSON.stringify(HELLO)}]}`, 1],
        [`{"messages":[${item},${JSON.stringify(HELLO)},${JSON.stringify(HELLO)}]}`, 0],
      ] as const) {
        const headers = { ...key.headers, 'content-type': 'application/json' };
        const answer = await api.app.inject({ method: 'POST', url, headers, payload });
        expect(answer.statusCode).toBe(202);
        const { results } = answer.json<{
          results: { index: number; status: number; errors?: { field: string }[] }[];
        }>();
        expect(results.map(({ index }) => index)).toEqual([0, 1, 2]);
        expect(results.map(({ status }) => status)).toEqual([0, 1, 2].map((index) => (index === at ? 400 : 202)));
        expect(results[at]?.errors?.map((error) => error.field)).toContain(field);
      }
    });

    it.each([
      ['none', { messages: [] }],
      ['1,001 items', { messages: Array.from({ length: 1_001 }, () => HELLO) }],
      ['a million recipients', { messages: Array.from({ length: 1_000_000 }, () => 0) }],
      ['a list as body', [HELLO]],
      ['a hundred thousand properties', Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`p${i}`, i]))],
    ])('refuses %s as a whole', async (_, body) => {
      const before = await count();
      expect((await post(body, {}, url)).statusCode).toBe(400);
      expect(await count()).toBe(before);
    });
  });
});

function numbered(count: number): string {
  return Array.from({ length: count }, (_, index) => `"p${index}":${index}`).join(',');
}
