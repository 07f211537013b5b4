import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEnvironment } from './support/config.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const MAIN = 'dist/apps/cli/apps/cli/src/main.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Runs the built command as an operator does, in a process of its own. */
function outbell(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env['PATH'], ...testEnvironment({ DATABASE_URL: database.url }) };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env }, (_, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

describe('outbell', () => {
  it('lists its commands', async () => {
    const { code, out, err } = await outbell('--help');
    expect([code, err]).toEqual([0, '']);
    for (const command of ['migrate', 'tenant', 'key', 'keys', 'doctor']) expect(out).toContain(`\n  ${command} `);
  });

  it('gives scripts nothing but JSON', async () => {
    expect(await outbell('migrate', '--json')).toEqual({ code: 0, out: '{"applied":[]}\n', err: '' });
    const tenant = await outbell('tenant', 'create', 'acme', '--json');
    expect([tenant.code, tenant.err]).toEqual([0, '']);
    const options = ['--tenant', JSON.parse(tenant.out).id, '--name', 'k', '--scopes', 'all', '--mode', 'test'];
    const key = await outbell('key', 'create', ...options, '--json');
    expect([key.code, key.err]).toEqual([0, '']);
    expect(JSON.parse(key.out)).toMatchObject({ key: expect.stringMatching(/^ob_test_/) });
  });

  it('examines the installation and ends by itself', async () => {
    const { code, out, err } = await outbell('doctor');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^ok {4}database: PostgreSQL/m);
  });

  it.each([
    [['nonsense'], "error: unknown command 'nonsense'\n(see: outbell --help)\n"],
    [
      ['tenant', 'create'],
      'error: missing: <name>\nexample: outbell tenant create acme\n(see: outbell tenant create --help)\n',
    ],
    [['key', 'revoke', 'x', '--force'], "error: unknown option '--force'\n(see: outbell key revoke --help)\n"],
    [
      ['key', 'list', '--tenant', 'nobody'],
      'outbell: tenant: there is no tenant "nobody" (see: outbell tenant list)\n',
    ],
  ])('refuses %j, with what to do', async (args, line) => {
    expect(await outbell(...args)).toEqual({ code: 1, out: '', err: line });
  });
});
