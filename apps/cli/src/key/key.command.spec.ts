import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { hashSecret, newApiKey, parseApiKey } from '@outbell/shared/api-key.js';
import { SCOPES } from '@outbell/shared/constants/scopes.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../../../test/support/cli.js';
import { testEnvironment } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { repositoryOn } from '../../../../test/support/repositories.js';

let database: TestDatabase;
let environment: Record<string, string>;
let tenantId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  environment = testEnvironment({ DATABASE_URL: database.url });
  tenantId = JSON.parse((await cli(environment, 'tenant', 'create', 'acme', '--json')).out).id;
});
afterAll(() => database.drop());

const OPTIONS = { '--tenant': 'acme', '--name': 'shop', '--scopes': 'all', '--mode': 'live' };

function create(options: Record<string, string> = {}, ...more: string[]) {
  return cli(environment, 'key', 'create', ...Object.entries({ ...OPTIONS, ...options }).flat(), ...more);
}

describe('key create', () => {
  it('answers the key, and stores only its prefix and hash', async () => {
    const { out } = await create({ '--scopes': 'messages:read, messages:write', '--expires': '2099-01-31' }, '--json');
    const made = JSON.parse(out);
    expect(made).toMatchObject({
      tenant_id: tenantId,
      name: 'shop',
      mode: 'live',
      scopes: ['messages:write', 'messages:read'],
      expires_at: '2099-01-31T00:00:00.000Z',
    });
    const { prefix, secret } = parseApiKey(made.key)!;
    expect(made.prefix).toBe(prefix);
    const [row] = await database.dataSource.query('SELECT * FROM api_key WHERE id = $1', [made.id]);
    expect(row).toMatchObject({ tenant_id: tenantId, prefix, secret_hash: hashSecret(secret) });
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it('shows the secret once: neither list nor revoke repeats it', async () => {
    const { out } = await create({ '--tenant': tenantId, '--mode': 'test' });
    const [key = ''] = out.split('\n');
    const { prefix, secret } = parseApiKey(key)!;
    expect(out.split(secret)).toHaveLength(2);
    const listed = await cli(environment, 'key', 'list', '--tenant', 'acme', '--json');
    const revoked = await cli(environment, 'key', 'revoke', key);
    expect(listed.out).toContain(prefix);
    expect(revoked.out).toContain(prefix);
    expect(listed.out + revoked.out + revoked.err).not.toContain(secret);
  });

  it('gives every scope for "all"', async () => {
    expect(JSON.parse((await create({}, '--json')).out)).toMatchObject({ scopes: SCOPES, expires_at: null });
  });

  it.each([
    ['--tenant', 'nobody', /tenant: there is no tenant "nobody"/],
    ['--tenant', '00000000-0000-4000-8000-000000000000', /there is no tenant/],
    ['--name', ' ', /name: must be/],
    ['--scopes', 'messages:read,admin', /--scopes: admin is none of/],
    ['--scopes', '', /--scopes/],
    ['--mode', 'prod', /--mode: must be live or test/],
    ['--expires', '2020-01-01', /--expires: must lie in the future/],
    ['--expires', '2027-02-31', /--expires: must be a time such as/],
    ['--expires', '2099-01-01T12:00', /--expires: must be a time such as/],
    ['--expires', '2099-W05-1', /--expires: must be a time such as/],
    ['--expires', '2099-001T00:00:00Z', /--expires: must be a time such as/],
  ])('refuses %s %j and stores nothing', async (option, value, message) => {
    const count = () => database.dataSource.query('SELECT count(*) FROM api_key');
    const before = await count();
    const { code, out, err } = await create({ [option]: value });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(await count()).toEqual(before);
  });
});

describe('key revoke', () => {
  it('ends a key, once', async () => {
    const { prefix } = JSON.parse((await create({}, '--json')).out);
    const first = JSON.parse((await cli(environment, 'key', 'revoke', prefix, '--json')).out);
    const again = JSON.parse((await cli(environment, 'key', 'revoke', prefix, '--json')).out);
    expect(again).toEqual(first);
    const { data } = JSON.parse((await cli(environment, 'key', 'list', '--tenant', 'acme', '--json')).out);
    expect(data.find((key: { prefix: string }) => key.prefix === prefix)).toMatchObject({ status: 'revoked' });
  });

  it('says what goes on that the key made, and revokes it when asked to', async () => {
    const parent = JSON.parse((await create({}, '--json')).out);
    const keys = repositoryOn(database.dataSource, ApiKeyRepository);
    const half = newApiKey('live');
    const row = { name: 'child', mode: 'live', scopes: [], expiresAt: null, createdAt: new Date() } as const;
    const { prefix, secretHash } = half;
    await keys.createBy(tenantId, parent.id, { ...row, scopes: [], prefix, secretHash });
    expect((await cli(environment, 'key', 'revoke', parent.prefix)).out).toContain('1 key(s) made by it go on');
    const { out } = await cli(environment, 'key', 'revoke', parent.prefix, '--descendants', '--json');
    expect(JSON.parse(out)).toMatchObject({ revoked_descendants: [prefix], live_descendants: 0 });
    const { data } = JSON.parse((await cli(environment, 'key', 'list', '--tenant', 'acme', '--json')).out);
    const child = data.find((key: { prefix: string }) => key.prefix === prefix);
    expect(child).toMatchObject({ status: 'revoked', created_by: parent.id });
  });

  it('says when there is no such key', async () => {
    const { code, err } = await cli(environment, 'key', 'revoke', 'ob_live_nobody');
    expect([code, err]).toEqual([1, 'outbell: prefix: no key begins with "ob_live_nobody" (see: outbell key list)\n']);
  });
});
