import { IdempotencyRepository } from '@outbell/persistence/repositories/idempotency.repository.js';
import { SealedRowRepository } from '@outbell/persistence/repositories/sealed-row.repository.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../../../test/support/cli.js';
import { testConfig, testEnvironment } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { seedConnections } from '../../../../test/support/sealed-connections.js';
import { rotateKeys } from './rotate-keys.js';

const K1 = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const K2 = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
const LOST = `lost:${Buffer.alloc(32, 3).toString('base64')}`;
const vaultOf = (...keys: string[]) => new Vault(testConfig({ KEY_ENCRYPTION_KEYS: keys.join(',') }));
const before = vaultOf(K1);
const during = vaultOf(K2, K1);
const after = vaultOf(K2);

let database: TestDatabase;
let sealed: SealedRowRepository;
beforeAll(async () => {
  database = await createTestDatabase();
  sealed = repositoryOn(database.dataSource, SealedRowRepository);
});
afterEach(() => database.dataSource.query('TRUNCATE tenant CASCADE'));
afterAll(() => database.drop());

const passwords = (count: number) => Array.from({ length: count }, (_, n) => ({ password: `canary ${n}` }));

async function openAll(vault: Vault): Promise<unknown[]> {
  const rows = await sealed.connectionPage(null, 10_000);
  return rows.map((row) => vault.open({ tenantId: row.tenantId, rowId: row.id }, row));
}

describe('keys rotate', () => {
  const environment = () => testEnvironment({ DATABASE_URL: database.url, KEY_ENCRYPTION_KEYS: `${K2},${K1}` });

  it('brings everything under the first key, so that the old one can go', async () => {
    await seedConnections(database.dataSource, before, passwords(3));
    const first = await cli(environment(), 'keys', 'rotate', '--json');
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toEqual({ key_id: 'k2', rewrapped: 3, stuck: [] });
    expect(await openAll(after)).toEqual(passwords(3));
    expect(JSON.parse((await cli(environment(), 'keys', 'rotate', '--json')).out)).toMatchObject({ rewrapped: 0 });
  });

  it('brings first answers of idempotency keys too, and leaves keys whose request is under way', async () => {
    const answers = repositoryOn(database.dataSource, IdempotencyRepository);
    const { tenantId } = await TenantFactory.create(database.dataSource);
    const [asked, held] = ['aa', 'bb'].map((key) => ({ tenantId, key, request: 'cc' }));
    const claim = await answers.claim(asked!, 60_000);
    await answers.claim(held!, 60_000);
    if (claim.state !== 'ours') throw new Error('a new key was taken');
    const owner = { tenantId, rowId: claim.id };
    await answers.answer(asked!, claim.id, before.seal(owner, { body: 'kept' }));
    const rotation = await cli(environment(), 'keys', 'rotate', '--json');
    expect(JSON.parse(rotation.out)).toEqual({ key_id: 'k2', rewrapped: 1, stuck: [] });
    const kept = await answers.claim(asked!, 60_000);
    if (kept.state !== 'answered') throw new Error(kept.state);
    expect(after.open(owner, kept.sealed)).toEqual({ body: 'kept' });
    expect(await answers.claim(held!, 60_000)).toEqual({ state: 'held' });
  });

  it('leaves what it cannot open as it is, names it, and brings over the rest', async () => {
    const [stuck] = await seedConnections(database.dataSource, vaultOf(LOST), passwords(1));
    await seedConnections(database.dataSource, before, passwords(2));
    const { code, out } = await cli(environment(), 'keys', 'rotate', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      rewrapped: 2,
      stuck: [{ id: stuck?.id, reason: expect.stringContaining('"lost"') as string }],
    });
    expect(out).not.toContain('canary');
  });
});

describe('rotateKeys', () => {
  it('never fails a reader who has both keys', async () => {
    await seedConnections(database.dataSource, before, passwords(300));
    const rotation = { done: false };
    const rotating = rotateKeys(during, sealed, 'connection', 1).finally(() => (rotation.done = true));
    let mixed = 0;
    while (!rotation.done) {
      expect(await openAll(during)).toEqual(passwords(300));
      const rows = await sealed.connectionPage(null, 300);
      if (new Set(rows.map((row) => row.keyId)).size === 2) mixed += 1;
    }
    expect((await rotating).rewrapped).toBe(300);
    expect(mixed).toBeGreaterThan(0);
  });

  it('keeps credentials that were changed under its hands', async () => {
    const [seeded] = await seedConnections(database.dataSource, before, passwords(1));
    const [read] = await sealed.pageToRewrap('connection', 'k2', null, 10);
    const owner = { tenantId: seeded!.tenantId, rowId: seeded!.id };
    const changed = before.seal(owner, { password: 'changed' });
    await database.dataSource.query('UPDATE connection SET sealed_key = $2, sealed_data = $3 WHERE id = $1', [
      owner.rowId,
      changed.sealedKey,
      changed.sealedData,
    ]);
    const { keyId, sealedKey } = during.rewrap(owner, read!);
    expect(
      await sealed.replaceKeys('connection', [{ id: read!.id, keyId, sealedKey, formerSealedKey: read!.sealedKey }]),
    ).toBe(0);
    await rotateKeys(during, sealed, 'connection');
    expect(await openAll(after)).toEqual([{ password: 'changed' }]);
  });

  it('may run twice at once, and be taken up where it was left', async () => {
    await seedConnections(database.dataSource, before, passwords(500));
    const half = await sealed.pageToRewrap('connection', 'k2', null, 250);
    await sealed.replaceKeys(
      'connection',
      half.map((row) => {
        const { keyId, sealedKey } = during.rewrap({ tenantId: row.tenantId, rowId: row.id }, row);
        return { id: row.id, keyId, sealedKey, formerSealedKey: row.sealedKey };
      }),
    );
    const both = await Promise.all([
      rotateKeys(during, sealed, 'connection', 20),
      rotateKeys(during, sealed, 'connection', 20),
    ]);
    expect(both[0].rewrapped + both[1].rewrapped).toBe(250);
    expect(await openAll(after)).toEqual(passwords(500));
  });
});
