import { CHANNELS } from '@outbell/shared/constants/channels.js';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { sample } from 'openapi-sampler';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestApi, type TestKey } from '../../../../../test/support/api.js';
import { CONNECTION_EXAMPLES } from '../../connections/connection.examples.js';
import { CONTACT_EXAMPLES } from '../../contacts/contact.examples.js';
import { SENDER_EXAMPLES } from '../../senders/sender.examples.js';
import { hashCode } from '../../senders/verification-code.js';
import { TEMPLATE_EXAMPLES, VERSION_EXAMPLES } from '../../templates/template.examples.js';

interface Media {
  schema: { $ref?: string; example?: unknown };
  examples?: Record<string, { value: unknown }>;
}
interface Documented {
  operationId: string;
  tags: string[];
  parameters?: { in: string; name: string; schema: { example?: string | string[] } }[];
  requestBody?: { content: Record<string, Media> };
}
interface Document {
  paths: Record<string, Record<string, Documented>>;
}

let api: TestApi;
let document: Document;

beforeAll(async () => {
  api = await TestApi.start({ CHANNELS: CHANNELS.join() });
  document = (await api.app.inject({ url: '/docs-json' })).json();
  // Connections are tried out when they are saved: the providers' names lead nowhere here.
  const away = (...args: unknown[]) => (args.at(-1) as (error: Error) => void)(new Error('ENOTFOUND'));
  vi.spyOn(dns, 'lookup').mockImplementation(away);
  syncBuiltinESMExports();
});
afterAll(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await api.stop();
});

/** What stands in the path of each operation, and whatever else it needs to succeed: made in a tenant of its own. */
const SCENES: Record<string, (key: TestKey) => Promise<string>> = {
  createMessage: async (key) => {
    for (const { value } of Object.values(SENDER_EXAMPLES)) await verify(await made(key, '/v1/senders', value));
    await made(key, '/v1/contacts', CONTACT_EXAMPLES['person']!.value);
    const id = await made(key, '/v1/templates', TEMPLATE_EXAMPLES['email']!.value);
    await made(key, `/v1/templates/${id}/publish`, { version: 1 });
    return '';
  },
  createMessageBatch: (key) => SCENES['createMessage']!(key),
  createTemplateVersion: (key) => made(key, '/v1/templates', TEMPLATE_EXAMPLES['email']!.value),
  publishTemplate: async (key) => {
    const id = await made(key, '/v1/templates', TEMPLATE_EXAMPLES['email']!.value);
    await made(key, `/v1/templates/${id}/versions`, VERSION_EXAMPLES['email']!.value);
    return id;
  },
  previewTemplate: (key) => made(key, '/v1/templates', TEMPLATE_EXAMPLES['email']!.value),
  updateSender: async (key) => verify(await made(key, '/v1/senders', SENDER_EXAMPLES['email']!.value)),
  verifySender: async (key) => {
    const id = await made(key, '/v1/senders', SENDER_EXAMPLES['email']!.value);
    const hash = hashCode(key.tenantId, 'shop@example.com', '048213');
    await api.database.dataSource.query(`UPDATE sender SET code_hash = $2 WHERE id = $1`, [id, hash]);
    return id;
  },
  updateContact: (key) => made(key, '/v1/contacts', CONTACT_EXAMPLES['person']!.value),
  registerDevice: (key) => made(key, '/v1/contacts', CONTACT_EXAMPLES['person']!.value),
  updateConnection: (key) => made(key, '/v1/connections', CONNECTION_EXAMPLES['smtp']!.value),
};

async function made(key: TestKey, url: string, payload: object): Promise<string> {
  const answer = await api.app.inject({ method: 'POST', url, headers: key.headers, payload });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json<{ id: string }>().id;
}

async function verify(id: string): Promise<string> {
  const columns = `status = 'verified', verified_at = now(), verified_over = 'tenant'`;
  await api.database.dataSource.query(`UPDATE sender SET ${columns} WHERE id = $1`, [id]);
  return id;
}

interface Trial {
  name: string;
  path: string;
  method: string;
  operationId: string;
  type: string;
  body: unknown;
}

/** Each named example, and what a sampler makes of each schema. */
function trials(): Trial[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId, tags, requestBody }]) => {
      // What vendors and recipients send is theirs; a mail that bounced is no text to edit.
      if (['callbacks', 'unsubscribe'].includes(tags[0]!)) return [];
      return Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema, examples = {} }]) => {
        const shown = { ...examples, 'the sample of its schema': { value: sample(schema, {}, document) } };
        return Object.entries(shown).map(([name, { value }]) => {
          return { name: `${operationId} (${type}): ${name}`, path, method, operationId, type, body: value };
        });
      });
    }),
  );
}

async function tryOut({ path, method, operationId, type, body }: Trial): Promise<string> {
  const key = await api.newKey();
  const id = (await SCENES[operationId]?.(key)) ?? '';
  const answer = await api.app.inject({
    method: method.toUpperCase() as 'POST',
    url: path.replace('{id}', id),
    headers: { ...key.headers, 'content-type': type },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { errors = [], rejected = 0 } = answer.json<{ errors?: unknown[]; rejected?: number }>();
  return answer.statusCode < 300 && rejected === 0 ? '2xx' : `${answer.statusCode} ${JSON.stringify(errors)}`;
}

describe('the examples of the documentation', { timeout: 60_000 }, () => {
  it('are valid requests, each as it stands: those with names, and those that tools make of the schemas', async () => {
    const all = trials();
    for (const trial of all) expect.soft(await tryOut(trial), trial.name).toBe('2xx');
    expect(all.length).toBeGreaterThan(60);
  });

  it('of the parameters of lists are valid, all together as Swagger fills them in', async () => {
    const key = await api.newKey();
    const lists = Object.entries(document.paths).filter(([path, { get }]) => get?.parameters && !path.includes('{'));
    for (const [path, { get }] of lists) {
      const shown = (get?.parameters ?? []).filter((each) => each.in === 'query' && each.schema.example !== undefined);
      const query = new URLSearchParams(
        Object.fromEntries(shown.map(({ name, schema }) => [name, String(schema.example)])),
      );
      const answer = await api.app.inject({ url: `${path}?${query.toString()}`, headers: key.headers });
      expect.soft(answer.statusCode, `${path} ${answer.body}`).toBe(200);
    }
    expect(lists.length).toBeGreaterThan(5);
  });

  it('are there for every body of JSON', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { requestBody }] of Object.entries(methods)) {
        const json = requestBody?.content['application/json'];
        if (!json || !path.startsWith('/v1')) continue;
        expect.soft(Object.keys(json.examples ?? {}).length, `${method} ${path}`).toBeGreaterThan(0);
      }
    }
  });

  it('hold every provider', async () => {
    const { PROVIDERS } = await import('@outbell/providers/registry.js');
    const shown = Object.values(CONNECTION_EXAMPLES).map(({ value }) => value.provider);
    expect(shown.sort()).toEqual(PROVIDERS.all.map(({ providerName }) => providerName).sort());
  });

  it('begin with messages', () => {
    expect(Object.keys(document.paths)[0]).toBe('/v1/messages');
  });
});
