import { newApiKey } from '@outbell/shared/api-key.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BuiltApp } from '../support/built-app.js';
import { testEnvironment } from '../support/config.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TenantFactory } from '../support/factories.js';
import { patiently } from '../support/patiently.js';

const CLIENTS = 16;
const ACCEPTED = 100;

let database: TestDatabase;
let api: BuiltApp;
let authorization: string;
const environment = () => testEnvironment({ DATABASE_URL: database.url });

beforeAll(async () => {
  database = await createTestDatabase();
  const { tenantId } = await TenantFactory.create(database.dataSource);
  const { key, prefix, secretHash } = newApiKey('live');
  await database.dataSource.query(
    `INSERT INTO api_key (id, tenant_id, name, mode, prefix, secret_hash, scopes) VALUES ($1, $2, 'test', 'live', $3, $4, $5)`,
    [newId(), tenantId, prefix, secretHash, ['messages:write']],
  );
  authorization = `Bearer ${key}`;
  api = await BuiltApp.start('api', environment());
});
afterAll(async () => {
  await api.kill();
  await database.drop();
});

/** @returns the id it was accepted under; undefined when there came no answer */
async function post(key: string): Promise<string | undefined> {
  const body = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'Hello', text: key };
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key };
  try {
    const answer = await fetch(`${api.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(body) });
    return ((await answer.json()) as { id: string }).id;
  } catch {
    return undefined;
  }
}

it('an API killed while it accepts has a row for every 202, and none twice', async () => {
  const accepted = new Map<string, string>();
  const unanswered: string[] = [];
  let asked = 0;
  const client = async (): Promise<void> => {
    while (api.running) {
      const key = `order-${asked++}`;
      const id = await post(key);
      if (id === undefined) unanswered.push(key);
      else accepted.set(key, id);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await patiently(async () => accepted.size >= ACCEPTED);
  await api.kill();
  await Promise.all(clients);
  expect(unanswered.length).toBeGreaterThan(0);

  api = await BuiltApp.start('api', environment());
  for (const key of [...unanswered, ...accepted.keys()]) {
    const id = await post(key);
    expect(id).toBe(accepted.get(key) ?? id);
    expect(id).toEqual(expect.any(String));
  }
  const rows = await database.dataSource.query<{ text: string; id: string; events: number }[]>(
    `SELECT content->>'text' AS text, id, (SELECT count(*)::int FROM message_event e WHERE e.message_id = m.id) AS events FROM message m`,
  );
  expect(rows.map(({ text }) => text).sort()).toEqual([...unanswered, ...accepted.keys()].sort());
  expect(rows.filter(({ text, id }) => accepted.has(text) && accepted.get(text) !== id)).toEqual([]);
  expect(rows.every(({ events }) => events === 1)).toBe(true);
});
