import { setImmediate as immediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';

const HELLO = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'Hello' };

/** About 1 MB each. */
const HOSTILE: [string, string][] = [
  ['quotations around lines', '<blockquote>'.repeat(190) + 'x<br>'.repeat(199_000)],
  ['lists in lists', '<ul><li>'.repeat(50_000)],
  ['tables in tables', '<table><tr><td>'.repeat(66_000)],
  ['hundreds of thousands of elements', '<br>'.repeat(200_000)],
];

// What can be known of a message's text is told when it is accepted, and holds up nobody else.
describe('html of which no text can be made', () => {
  let api: TestApi;
  let key: TestKey;

  beforeAll(async () => {
    api = await TestApi.start({ CHANNELS: 'email' });
    const tenant = await TenantFactory.create(api.database.dataSource);
    key = await api.newKey({ tenantId: tenant.tenantId });
  });
  afterAll(() => api.stop());

  function post(payload: object, url = '/v1/messages') {
    return api.app.inject({ method: 'POST', url, headers: key.headers, payload });
  }

  it.each(HOSTILE)('is refused by name: %s', async (_, html) => {
    const answer = await post({ ...HELLO, html });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'text_not_derivable', errors: [{ field: 'html' }] });
    expect(answer.body).toContain('text_not_derivable');
  });

  it('is named with what else is wrong', async () => {
    const answer = await post({ ...HELLO, to: 'nobody', html: HOSTILE[1]![1] });
    expect(
      answer
        .json()
        .errors.map((error: { field: string }) => error.field)
        .sort(),
    ).toEqual(['html', 'to']);
  });

  it('is accepted with a text of its own', async () => {
    expect((await post({ ...HELLO, html: HOSTILE[0]![1], text: 'x' })).statusCode).toBe(202);
  });

  it('does not stand for large html, which is accepted', async () => {
    const html = `<table>${'<tr><td>Tea</td><td>4</td></tr>'.repeat(20_000)}</table>`;
    expect((await post({ ...HELLO, html })).statusCode).toBe(202);
  });

  it('refuses its own item of a batch', async () => {
    const messages = [
      { ...HELLO, text: 'x' },
      { ...HELLO, html: HOSTILE[1]![1] },
      { ...HELLO, html: '<p>x' },
    ];
    const answer = await post({ messages }, '/v1/messages/batch');
    expect(answer.json().results.map(({ status }: { status: number }) => status)).toEqual([202, 400, 202]);
  });

  it('leaves the API free to answer others meanwhile', async () => {
    const posts = Array.from({ length: 20 }, () => post({ ...HELLO, html: HOSTILE[0]![1] }));
    const all = Promise.all(posts).then(() => 'all');
    let longest = 0;
    let answers = 0;
    // Between two probes the loop goes round once, as it does between two requests of a network.
    while ((await Promise.race([all, immediate('none')])) !== 'all') {
      const before = performance.now();
      expect((await api.app.inject({ url: '/health/live' })).statusCode).toBe(200);
      longest = Math.max(longest, performance.now() - before);
      answers++;
    }
    for (const { statusCode } of await Promise.all(posts)) expect(statusCode).toBe(400);
    expect(answers).toBeGreaterThan(5);
    expect(longest).toBeLessThan(3_000);
  });
});
