import fc from 'fast-check';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';

interface Route {
  method: 'POST' | 'PATCH';
  path: string;
  /** Names of its body's fields. */
  fields: string[];
}

interface OpenApi {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema?: { $ref?: string } }> } }>>;
  components: { schemas: Record<string, { properties?: Record<string, object> }> };
}

const BODIES = 700;

let api: TestApi;
let key: TestKey;
let routes: Route[];
let ids: string[];

beforeAll(async () => {
  api = await TestApi.start({ CHANNELS: 'email,sms,whatsapp,push,voice' });
  const tenant = await TenantFactory.create(api.database.dataSource);
  key = await api.newKey({ tenantId: tenant.tenantId });
  routes = routesOf((await api.app.inject({ url: '/docs-json' })).json<OpenApi>());
  const made = await Promise.all(
    [
      ['/v1/contacts', {}],
      ['/v1/templates', { name: 'fuzz', channel: 'email', locale: 'en', subject: 'x', text: '{{a}}' }],
      ['/v1/messages', { channel: 'email', to: 'ann@example.org', sender: tenant.senderId, subject: 'x', text: 'x' }],
    ].map(([url, payload]) =>
      api.app.inject({ method: 'POST', url: url as string, payload: payload as object, headers: key.headers }),
    ),
  );
  ids = [tenant.senderId, ...made.map((answer) => answer.json<{ id: string }>().id)];
});
afterAll(() => api.stop());

function routesOf({ paths, components }: OpenApi): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([name, { requestBody }]): Route[] => {
      const method = name.toUpperCase();
      if (method !== 'POST' && method !== 'PATCH') return [];
      const [content] = Object.values(requestBody?.content ?? {});
      const schema = components.schemas[content?.schema?.$ref?.split('/').pop() ?? ''];
      return [{ method, path, fields: Object.keys(schema?.properties ?? {}) }];
    }),
  );
}

/** Names of prototypes among them, and what some part takes for more than a name. */
const NAMES = fc.constantFrom(
  ...[
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__proto__',
    'constructor',
    'prototype',
    'then',
    'toJSON',
    'length',
    'message',
  ],
  ...[
    '',
    '$ref',
    'id',
    '0',
    'a.b',
    'List-Unsubscribe',
    'credentials',
    'messages',
    'to',
    'name',
    'channel',
    'variables',
  ],
);

const TEXTS = fc.constantFrom(
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '🙂'.repeat(50),
    'x'.repeat(5_000),
    '../../etc/passwd',
    "'; DROP TABLE message; --",
    '{{a}}',
    '{{#each a}}',
  ],
  ...[
    'email',
    'sms',
    'push',
    'whatsapp',
    'voice',
    'smtp',
    'twilio',
    'fcm',
    'web-push',
    'en',
    'Europe/Paris',
    'PT15M',
    '20/min',
  ],
  ...[
    'ann@example.org',
    '+33612345678',
    '+1',
    '2027-W05-1T09:00:00Z',
    '2099-01-31t09:00:00.5z',
    '-1',
    '1e999',
    'null',
    '[]',
    '{}',
  ],
  ...[
    'a\r\nBcc: b@example.org',
    '\u202eevil',
    '\u001b[31m',
    'live',
    'test',
    'manual',
    '{"endpoint":"https://x.invalid","keys":{}}',
  ],
);

const NUMBERS = fc.constantFrom(
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  '-1e400',
  '5e-324',
  '9007199254740993',
  '2147483648',
  '1e21',
  '100',
);

/** Raw text, which may be no JSON: JSON.stringify would write neither 1e400 nor a name twice. */
const JSON_TEXT: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', 'undefined', 'NaN'),
    NUMBERS,
    TEXTS.map((text) => JSON.stringify(text)),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
  object: fc
    .array(fc.tuple(NAMES, tie('value')), { maxLength: 5 })
    .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
})).value;

const TYPES = fc.constantFrom(
  ...Array<string>(12).fill('application/json'),
  ...[
    'application/json; charset=utf-16',
    'text/plain',
    '',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ],
  ...['message/rfc822', 'application/csp-report', 'a/b; c="'],
);

/** A body with fields of the route, and others. */
function bodyFor({ fields }: Route): fc.Arbitrary<string> {
  const name = fields.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...fields) }, NAMES) : NAMES;
  const object = fc
    .array(fc.tuple(name, JSON_TEXT), { maxLength: 8 })
    .map((entries) => `{${entries.map(([field, value]) => `${JSON.stringify(field)}:${value}`).join(',')}}`);
  const batch = fc.array(object, { maxLength: 4 }).map((items) => `{"messages":[${items.join(',')}]}`);
  return fc.oneof(
    { weight: 8, arbitrary: object },
    { weight: 2, arbitrary: JSON_TEXT },
    { weight: 1, arbitrary: batch },
  );
}

const REQUEST = fc.nat().chain((n) => {
  const route = routes[n % routes.length] as Route;
  return fc.record({
    method: fc.constant(route.method),
    url: fc.constantFrom(...ids, newId(), 'x', 'toString').map((id) => route.path.replace(/\{\w+\}/g, id)),
    payload: bodyFor(route),
    type: TYPES,
    idempotencyKey: fc.option(fc.constantFrom('a', 'b', '', 'two words', '__proto__'), { nil: undefined }),
  });
});

it(`${BODIES} hostile requests to every POST and PATCH get no 5xx, and none takes a second`, async () => {
  expect(routes.length).toBeGreaterThan(20);
  await fc.assert(
    fc.asyncProperty(
      fc.constant(null).chain(() => REQUEST),
      async ({ method, url, payload, type, idempotencyKey }) => {
        const headers = {
          ...key.headers,
          ...(type !== '' && { 'content-type': type }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        };
        const before = process.cpuUsage();
        const answer = await api.app.inject({ method, url, headers, payload });
        const { user, system } = process.cpuUsage(before);
        expect(answer.statusCode, answer.body).toBeLessThan(500);
        expect((user + system) / 1_000).toBeLessThan(1_000);
      },
    ),
    { numRuns: BODIES },
  );
}, 120_000);
