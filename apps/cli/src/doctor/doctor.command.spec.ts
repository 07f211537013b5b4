import { NoticeRepository } from '@outbell/persistence/repositories/notice.repository.js';
import { driver } from '@outbell/transport/bullmq/bullmq.driver.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../../../test/support/cli.js';
import { testConfig, testEnvironment } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { seedConnections } from '../../../../test/support/sealed-connections.js';
import type { Finding } from './finding.js';

const K1 = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const K2 = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
const SMTP = { host: '127.0.0.1', port: 1, security: 'none', password: 'canary' };
const vault = new Vault(testConfig({ KEY_ENCRYPTION_KEYS: K1 }));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.dataSource.query('TRUNCATE tenant CASCADE'));
afterAll(() => database.drop());

async function doctor(overrides: Record<string, string> = {}) {
  const environment = testEnvironment({ DATABASE_URL: database.url, KEY_ENCRYPTION_KEYS: K1, ...overrides });
  const { code, out } = await cli(environment, 'doctor', '--json');
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] };
  expect(code).toBe(ok ? 0 : 1);
  expect(out).not.toContain('canary');
  const of = (check: Finding['check']) => findings.filter((finding) => finding.check === check);
  return { ok, findings, of };
}

describe('doctor', () => {
  it('finds a sound installation sound', async () => {
    await (await driver.connect(testConfig({ QUEUE_URL: database.url }))).close();
    const { ok, findings } = await doctor();
    expect(ok).toBe(true);
    expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'configuration ok',
      'database ok',
      'database ok',
      'clock ok',
      'queue ok',
      'credentials ok',
    ]);
  });

  it('warns when requests come through a proxy that is not trusted', async () => {
    const notices = repositoryOn(database.dataSource, NoticeRepository);
    await notices.note('untrusted_proxy');
    const { ok, of } = await doctor();
    expect(ok).toBe(true);
    const [warning] = of('configuration').filter(({ status }) => status === 'warn');
    expect(warning).toMatchObject({ found: expect.stringContaining('X-Forwarded-For') as string });
    expect(warning?.mend).toContain('TRUST_PROXY=true');
    expect((await doctor({ TRUST_PROXY: 'true' })).of('configuration')).toMatchObject([{ status: 'ok' }]);
    await database.dataSource.query(`UPDATE notice SET noticed_at = now() - interval '3 days'`);
    expect((await doctor()).of('configuration')).toMatchObject([{ status: 'ok' }]);
  });

  it('tells a reader what is wrong and how to mend it', async () => {
    const environment = testEnvironment({ DATABASE_URL: database.url, QUEUE_URL: 'redis://:canary@127.0.0.1:1' });
    const { code, out } = await cli(environment, 'doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/^fail {2}queue: 127\.0\.0\.1:1 does not answer: .*ECONNREFUSED.*\n {6}→ start the server/m);
    expect(out).not.toContain('canary');
  });

  it('lists every wrong setting at once', async () => {
    const { of } = await doctor({ API_PORT: 'x', KEY_ENCRYPTION_KEYS: 'k1:AAAA' });
    expect(of('configuration').map(({ found }) => found)).toEqual([
      expect.stringMatching(/^KEY_ENCRYPTION_KEYS: entry 1: key "k1" has 3 bytes, not 32; make one/),
      expect.stringMatching(/^API_PORT: /),
    ]);
  });

  it('says that the database is away, and what that hides', async () => {
    const { of } = await doctor({ DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/none', QUEUE_URL: testRedisUrl() });
    expect(of('database')).toEqual([
      {
        check: 'database',
        status: 'fail',
        found: expect.stringMatching(/127\.0\.0\.1:1\/none.*ECONNREFUSED/),
        mend: expect.stringMatching(/start PostgreSQL/),
      },
    ]);
    expect(of('credentials')).toMatchObject([{ status: 'warn', mend: 'mend the database first' }]);
  });

  it('says that the database is not migrated', async () => {
    const empty = await createTestDatabase();
    try {
      await empty.dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      const { of } = await doctor({ DATABASE_URL: empty.url });
      expect(of('database')).toContainEqual(
        expect.objectContaining({
          status: 'fail',
          found: expect.stringMatching(/not migrated yet: Initial/),
          mend: 'outbell migrate',
        }),
      );
    } finally {
      await empty.drop();
    }
  });

  it('names credentials that do not open, and why', async () => {
    const [connection] = await seedConnections(database.dataSource, vault, [SMTP]);
    await database.dataSource.query('UPDATE connection SET active = false');
    expect((await doctor()).ok).toBe(true);
    const { of } = await doctor({ KEY_ENCRYPTION_KEYS: K2 });
    expect(of('credentials')).toContainEqual({
      check: 'credentials',
      status: 'fail',
      found:
        `tenant ${connection?.tenantId}/smtp 1: no key-encryption key "k1" is configured (present: k2); add ` +
        `it to KEY_ENCRYPTION_KEYS, after the first, and run \`outbell keys rotate\` before taking it away`,
    });
  });

  it('advises to rotate while an older key is still needed', async () => {
    await seedConnections(database.dataSource, vault, [SMTP]);
    await database.dataSource.query('UPDATE connection SET active = false');
    const { ok, of } = await doctor({ KEY_ENCRYPTION_KEYS: `${K2},${K1}` });
    expect(ok).toBe(true);
    expect(of('credentials')).toMatchObject([{ status: 'warn', mend: 'outbell keys rotate' }]);
  });

  it('asks the vendor whether it accepts active credentials', async () => {
    await seedConnections(database.dataSource, vault, [SMTP]);
    const { ok, of } = await doctor({ OUTBOUND_ALLOW: '127.0.0.0/8' });
    expect(ok).toBe(false);
    expect(of('credentials')).toContainEqual(
      expect.objectContaining({
        status: 'fail',
        found: expect.stringMatching(/smtp 1: smtp refuses it or cannot be asked: connection_refused/),
        mend: expect.stringMatching(/PATCH/),
      }),
    );
  });

  it('asks the vendors of the installation’s own connections too', async () => {
    const settings = { INSTALLATION_CONNECTIONS: 'true', OUTBOUND_ALLOW: '127.0.0.0/8' };
    const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    const SMTP_URL = `smtp://127.0.0.1:${port}?security=none`;
    try {
      const { of } = await doctor({ ...settings, SMTP_URL });
      expect(of('credentials')).toContainEqual({
        check: 'credentials',
        status: 'ok',
        found: 'the installation’s smtp (email) is accepted',
      });
    } finally {
      await new Promise<void>((resolve) => server.close(resolve));
    }
    const { of } = await doctor({ ...settings, SMTP_URL });
    expect(of('credentials')).toContainEqual(
      expect.objectContaining({
        status: 'fail',
        found: expect.stringMatching(/^the installation’s smtp \(email\) refuses/),
      }),
    );
  });
});
