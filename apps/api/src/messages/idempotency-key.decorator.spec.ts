import { TemplateRepository } from '@outbell/persistence/repositories/template.repository.js';
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

describe('Idempotency-Key of /v1/messages', () => {
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

  async function create(body: object = HELLO, headers: Record<string, string> = {}): Promise<string> {
    const answer = await post(body, headers);
    expect(answer.statusCode).toBe(202);
    return answer.json().id;
  }

  /** A published template. @returns its version */
  async function template(name: string, subject: string): Promise<{ id: string }> {
    const repository = api.app.get(TemplateRepository);
    const content = { subject, html: null, text: subject, lenient: false, variables: [] };
    const { id } = await repository.create(
      tenant.tenantId,
      { name, channel: 'email', locale: 'en' },
      content,
      new Date(),
    );
    await repository.publish(tenant.tenantId, id, 1, new Date());
    const [version] = await repository.listVersions(tenant.tenantId, id, 1);
    if (!version) throw new Error('no version');
    return version;
  }

  describe('of a single request', () => {
    it('gives a repeat the first answer, and refuses another request under the key', async () => {
      const headers = { 'idempotency-key': 'order-1' };
      const first = await post(HELLO, headers);
      const repeat = await post({ ...HELLO }, headers);
      expect(repeat.json()).toEqual(first.json());
      expect(repeat.headers['idempotent-replayed']).toBe('true');
      const other = await post({ ...HELLO, text: 'Something else' }, headers);
      expect(other.statusCode).toBe(422);
      expect(other.json().errors[0].field).toBe('Idempotency-Key');
    });

    it('takes null for what is left out: the same body', async () => {
      const headers = { 'idempotency-key': 'order-6' };
      const first = await post(HELLO, headers);
      for (const nulls of [
        { html: null },
        { fallback: null, tags: null, template: null, metadata: null, to_contact: null },
      ]) {
        const repeat = await post({ ...HELLO, ...nulls }, headers);
        expect(repeat.json()).toEqual(first.json());
        expect(repeat.headers['idempotent-replayed']).toBe('true');
      }
    });

    it('makes one row of 200 requests at once', async () => {
      const before = await count();
      const answers = await Promise.all(
        Array.from({ length: 200 }, () => post(HELLO, { 'idempotency-key': 'order-2' })),
      );
      expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1);
      expect(await count()).toBe(before + 1);
    });

    it('means nothing to another tenant, nor to test mode', async () => {
      const id = await create(HELLO, { 'idempotency-key': 'order-3' });
      const other = await TenantFactory.create(api.database.dataSource);
      const others = await api.newKey({ tenantId: other.tenantId });
      const test = await api.newKey({ tenantId: tenant.tenantId, mode: 'test' });
      for (const { headers } of [others, test]) {
        const answer = await post(HELLO, { ...headers, 'idempotency-key': 'order-3' });
        expect(answer.statusCode).toBe(202);
        expect(answer.json().id).not.toBe(id);
      }
    });

    it('gives a repeat the first answer when the template has since been taken back', async () => {
      const { id: versionId } = await template('taken-back', 'x');
      const body = { channel: 'email', to: HELLO.to, sender: HELLO.sender, template: { name: 'taken-back' } };
      const id = await create(body, { 'idempotency-key': 'order-4' });
      expect(await tenant.row(id)).toMatchObject({ template_version_id: versionId });
      await api.database.dataSource.query(`UPDATE template SET published_version = NULL WHERE name = 'taken-back'`);
      expect(await create(body, { 'idempotency-key': 'order-4' })).toBe(id);
      expect((await post(body, { 'idempotency-key': 'order-5' })).statusCode).toBe(400);
    });

    it.each(['', 'with space', 'x'.repeat(256), 'ümlaut'])('refuses %j as a key', async (bad) => {
      const answer = await post(HELLO, { 'idempotency-key': bad });
      expect(answer.statusCode).toBe(400);
    });
  });

  describe('of a batch', () => {
    const url = '/v1/messages/batch';

    it('is the same batch under the same key', async () => {
      const headers = { 'idempotency-key': 'batch-1' };
      const messages = [HELLO, { ...HELLO, to: 'bob@example.org' }];
      const first = await post({ messages }, headers, url);
      const repeat = await post({ messages }, headers, url);
      expect(repeat.json()).toEqual(first.json());
      expect(repeat.headers['idempotent-replayed']).toBe('true');
      expect(first.headers['idempotent-replayed']).toBeUndefined();
    });

    it('refuses another batch as a whole, and writes nothing of it', async () => {
      const headers = { 'idempotency-key': 'batch-3' };
      await post({ messages: [HELLO] }, headers, url);
      const before = await count();
      for (const messages of [[HELLO, HELLO], [{ ...HELLO, text: 'x' }], [null], [{ ...HELLO, to: 'nobody' }]]) {
        const answer = await post({ messages }, headers, url);
        expect(answer.statusCode).toBe(422);
        expect(answer.json()).toMatchObject({ code: 'idempotency_key_reused', errors: [{ field: 'Idempotency-Key' }] });
      }
      expect(await count()).toBe(before);
    });

    it('gives a repeat the first answer, refused items too, though they would be accepted now', async () => {
      const headers = { 'idempotency-key': 'batch-4' };
      const body = {
        messages: [HELLO, null, { ...HELLO, subject: undefined, text: undefined, template: { name: 'later' } }],
      };
      const first = await post(body, headers, url);
      expect(first.json().results.map(({ status }: { status: number }) => status)).toEqual([202, 400, 400]);
      await template('later', 'x');
      expect((await post(body, headers, url)).json()).toEqual(first.json());
    });

    it('writes one batch of 50 at once', async () => {
      const before = await count();
      const messages = [HELLO, { ...HELLO, to: 'bob@example.org' }];
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => post({ messages }, { 'idempotency-key': 'batch-5' }, url)),
      );
      expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
      expect(await count()).toBe(before + 2);
    });

    it('shares its key with no single request', async () => {
      const [item] = (await post({ messages: [HELLO] }, { 'idempotency-key': 'batch-2' }, url)).json().results;
      for (const near of ['batch-2', 'batch-2/0', 'batch-20']) {
        const alone = await post(HELLO, { 'idempotency-key': near });
        expect(alone.headers['idempotent-replayed']).toBeUndefined();
        expect(alone.json().id).not.toBe(item.id);
      }
    });
  });
});
