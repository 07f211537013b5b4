import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../../../test/support/cli.js';
import { testEnvironment } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';

let database: TestDatabase;
let environment: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  environment = testEnvironment({ DATABASE_URL: database.url });
});
afterAll(() => database.drop());

describe('tenant create', () => {
  it('makes a tenant that list shows', async () => {
    const made = await cli(environment, 'tenant', 'create', ' Acme & Söhne ', '--json');
    expect(made).toMatchObject({ code: 0, err: '' });
    const tenant: unknown = JSON.parse(made.out);
    expect(tenant).toEqual({ id: expect.any(String), name: 'Acme & Söhne', created_at: expect.any(String) });
    const listed = await cli(environment, '--json', 'tenant', 'list');
    expect(JSON.parse(listed.out)).toEqual({ data: [tenant] });
  });

  it('refuses a name that is taken', async () => {
    await cli(environment, 'tenant', 'create', 'twice');
    const again = await cli(environment, 'tenant', 'create', 'twice');
    expect(again).toEqual({ code: 1, out: '', err: 'outbell: name: is taken by another tenant\n' });
  });

  it.each(['', '  ', 'a\nb', 'a\u0000b', '\ud800', 'x'.repeat(101)])('refuses the name %j', async (name) => {
    const { code, err } = await cli(environment, 'tenant', 'create', name);
    expect(code).toBe(1);
    expect(err).toMatch(/^outbell: name: must be 1 to 100 characters/);
  });
});
