import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../../test/support/cli.js';
import { testEnvironment } from '../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { printable, printableLines } from './printable.js';

/** As rows may have it that are older than the rule for names. */
const NAME = 'acme\u001b]0;x\u0007\n\u202efake\u009b31m\u2028 \u007fend';

const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('what a command prints of the database', () => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  const tenantId = newId();

  beforeAll(async () => {
    database = await createTestDatabase();
    environment = testEnvironment({ DATABASE_URL: database.url });
    await database.dataSource.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', [tenantId, NAME]);
    await database.dataSource.query(
      `INSERT INTO api_key (id, tenant_id, name, mode, prefix, secret_hash, scopes) VALUES ($1, $2, $3, 'live',
        'ob_live_x', '', '{}')`,
      [newId(), tenantId, NAME],
    );
    await database.dataSource.query(
      `INSERT INTO sender (id, tenant_id, channel, address, name, status) VALUES ($1, $2, 'sms', 'MyShop', $3,
        'verified')`,
      [newId(), tenantId, NAME],
    );
    await database.dataSource.query(
      `INSERT INTO connection (id, tenant_id, channel, provider, name, key_id, sealed_key, sealed_data)
       VALUES ($1, $2, 'email', 'smtp', $3, 'unknown', '', '')`,
      [newId(), tenantId, NAME],
    );
  });
  afterAll(() => database.drop());

  it.each([
    ['tenant list', ['tenant', 'list'], 1],
    ['key list', ['key', 'list', '--tenant', tenantId], 1],
    ['sender list', ['sender', 'list'], 1],
    ['key revoke', ['key', 'revoke', 'ob_live_x'], 1],
    ['keys rotate', ['keys', 'rotate'], 2],
    ['sender revoke', ['sender', 'revoke', tenantId, 'sms', 'Unknown'], 1],
  ])('%s obeys none of it, and takes no name for a line of its own', async (_, args, lines) => {
    const { out, err } = await cli(environment, ...args);
    expect(out + err).toContain('acme\\u001b');
    expect(out + err).not.toMatch(OBEYED);
    expect((out + err).trimEnd().split('\n')).toHaveLength(lines);
  });

  it('is the same in JSON', async () => {
    const { out } = await cli(environment, 'tenant', 'list', '--json');
    expect(out).not.toMatch(OBEYED);
    expect(JSON.parse(out)).toMatchObject({ data: [{ name: NAME }] });
  });

  it('doctor neither', async () => {
    const { out } = await cli(environment, 'doctor');
    expect(out).toContain('acme\\u001b');
    expect(out).not.toMatch(OBEYED);
  });

  it('nor does a command repeat what it was given', async () => {
    const { err } = await cli(environment, 'key', 'revoke', 'x\u001b[2J\u202ey');
    expect(err).toContain('x\\u001b[2J\\u202ey');
  });
});

describe('printable', () => {
  it('leaves words as they are', () => {
    for (const text of ['Söhne & Co', 'می\u200cخواهم', '👨\u200d👩\u200d👧']) expect(printable(text)).toBe(text);
    expect(printableLines('a\nb\tc')).toBe('a\nb\\u0009c');
  });
});
