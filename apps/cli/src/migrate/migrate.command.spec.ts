import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli } from '../../../../test/support/cli.js';
import { testEnvironment } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});
afterAll(() => database.drop());

it('names what it applied, and has nothing to do the second time', async () => {
  const environment = testEnvironment({ DATABASE_URL: database.url });
  const first = await cli(environment, 'migrate', '--json');
  expect(JSON.parse(first.out)).toEqual({
    applied: database.dataSource.migrations.map(({ name }) => name),
  });
  const second = await cli(environment, 'migrate');
  expect(second).toEqual({ code: 0, out: 'the database is up to date\n', err: '' });
});
