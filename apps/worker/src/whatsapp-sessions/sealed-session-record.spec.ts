import { SealedRowRepository } from '@outbell/persistence/repositories/sealed-row.repository.js';
import { WhatsAppKeyRepository } from '@outbell/persistence/repositories/whatsapp-key.repository.js';
import { type Adopted, WhatsAppLeaseRepository } from '@outbell/persistence/repositories/whatsapp-lease.repository.js';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { AuthState } from '@outbell/providers/baileys/auth-state.js';
import { LeaseLostError } from '@outbell/providers/baileys/session-record.js';
import { TamperedError, Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import * as baileys from 'baileys';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { rotateKeys } from '../../../cli/src/keys/rotate-keys.js';
import { SealedSessionRecord } from './sealed-session-record.js';

const K1 = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const K2 = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
const vaultOf = (...keys: string[]) => new Vault(testConfig({ KEY_ENCRYPTION_KEYS: keys.join(',') }));

let database: TestDatabase;
let leases: WhatsAppLeaseRepository;
let keys: WhatsAppKeyRepository;
let session: Adopted;
let record: SealedSessionRecord;

beforeAll(async () => {
  database = await createTestDatabase();
  leases = repositoryOn(database.dataSource, WhatsAppLeaseRepository);
  keys = repositoryOn(database.dataSource, WhatsAppKeyRepository);
});
beforeEach(async () => {
  const { tenantId } = await TenantFactory.create(database.dataSource);
  const wanted = { id: newId(), name: 'shop', pairBy: 'qr', pairPhone: null } as const;
  await repositoryOn(database.dataSource, WhatsAppSessionRepository).create(tenantId, wanted);
  session = (await leases.adopt(newId(), 60_000, 1))[0]!;
  record = recordOf(session);
});
afterEach(() => database.dataSource.query('TRUNCATE whatsapp_session CASCADE'));
afterAll(() => database.drop());

function recordOf(of: Adopted, vault = vaultOf(K1)): SealedSessionRecord {
  return new SealedSessionRecord(of, { leases, keys, vault, newContactsPerDay: 5 });
}

async function stored(): Promise<string> {
  const rows = await database.dataSource.query<{ row: string }[]>('SELECT k::text AS row FROM whatsapp_key k');
  return rows.map(({ row }) => row).join('\n');
}

const count = async () => (await database.dataSource.query('SELECT FROM whatsapp_key')).length;

async function lose(): Promise<void> {
  await database.dataSource.query(`UPDATE whatsapp_session SET lease_until = '-infinity'`);
  await leases.adopt(newId(), 60_000, 1);
}

describe('the keys of a session', () => {
  it('are sealed, their names too, and read again', async () => {
    await record.writeKeys([
      { kind: 'session', name: '33612345678.0', value: 'canary-1' },
      { kind: 'session', name: '33612345679.0', value: 'canary-2' },
    ]);
    const read = await recordOf(session).readKeys('session', ['33612345678.0', '33612345679.0', 'none']);
    expect([...read]).toEqual([
      ['33612345678.0', 'canary-1'],
      ['33612345679.0', 'canary-2'],
    ]);
    const text = await stored();
    for (const secret of ['canary', Buffer.from('canary').toString('hex'), '33612345678'])
      expect(text).not.toContain(secret);
  });

  it('are replaced and deleted together', async () => {
    await record.writeKeys([{ kind: 'pre-key', name: '1', value: 'one' }]);
    await record.writeKeys([
      { kind: 'pre-key', name: '1', value: null },
      { kind: 'pre-key', name: '2', value: 'two' },
    ]);
    expect([...(await record.readKeys('pre-key', ['1', '2']))]).toEqual([['2', 'two']]);
  });

  it('are not written, not even in part, by who has lost the session', async () => {
    await record.writeKeys([{ kind: 'pre-key', name: '1', value: 'one' }]);
    await lose();
    const changes = [
      { kind: 'pre-key', name: '1', value: null },
      { kind: 'pre-key', name: '2', value: 'two' },
    ];
    await expect(record.writeKeys(changes)).rejects.toThrow(LeaseLostError);
    await expect(record.showPairing({ qr: 'x' }, 1_000)).rejects.toThrow(LeaseLostError);
    await expect(record.report({ state: 'stopped', reason: 'replaced' })).rejects.toThrow(LeaseLostError);
    await expect(record.admit('+33612345678')).rejects.toThrow(LeaseLostError);
    expect([...(await record.readKeys('pre-key', ['1', '2']))]).toEqual([['1', 'one']]);
  });

  it('open for their own row alone', async () => {
    await record.writeKeys([
      { kind: 'pre-key', name: '1', value: 'one' },
      { kind: 'pre-key', name: '2', value: 'two' },
    ]);
    await database.dataSource.query(
      `UPDATE whatsapp_key k SET sealed_key = o.sealed_key, sealed_data = o.sealed_data FROM whatsapp_key o
        WHERE o.id <> k.id`,
    );
    await expect(record.readKeys('pre-key', ['1'])).rejects.toThrow(TamperedError);
  });

  it('come under a new key by rotation, while the session goes on', async () => {
    await record.writeKeys([{ kind: 'pre-key', name: '1', value: 'one' }]);
    await record.showPairing({ qr: 'ref' }, 60_000);
    const sealed = repositoryOn(database.dataSource, SealedRowRepository);
    expect(await rotateKeys(vaultOf(K2, K1), sealed, 'whatsapp_key', 1)).toEqual({ rewrapped: 2, stuck: [] });
    const after = recordOf(session, vaultOf(K2));
    expect([...(await after.readKeys('pre-key', ['1']))]).toEqual([['1', 'one']]);
    await expect(record.readKeys('pre-key', ['1'])).rejects.toThrow('k2');
  });
});

describe('AuthState on a sealed record', () => {
  it('gives back what Baileys made, byte for byte, once the device is linked', async () => {
    const state = await AuthState.load(record, baileys);
    Object.assign(state.creds, { account: { details: Buffer.from('details') }, routingInfo: Buffer.from([0, 255]) });
    const syncKey = baileys.proto.Message.AppStateSyncKeyData.fromObject({ keyData: Buffer.from([1, 2]) });
    const preKey = baileys.Curve.generateKeyPair();
    await state.keys.set({
      'pre-key': { 7: preKey },
      'app-state-sync-key': { a: syncKey },
      'device-list': { u: ['0'] },
    });
    const again = await AuthState.load(recordOf(session), baileys);
    expect(again.creds).toEqual(state.creds);
    expect(await again.keys.get('pre-key', ['7', '8'])).toEqual({ 7: preKey });
    const { a } = await again.keys.get('app-state-sync-key', ['a']);
    expect(a).toBeInstanceOf(baileys.proto.Message.AppStateSyncKeyData);
    expect(Buffer.from(a!.keyData!)).toEqual(Buffer.from([1, 2]));
    expect(await again.keys.get('device-list', ['u'])).toEqual({ u: ['0'] });
  });

  it('begins anew with a device that was never linked', async () => {
    const state = await AuthState.load(record, baileys);
    await state.save();
    const { noiseKey } = (await AuthState.load(record, baileys)).creds;
    expect(noiseKey.public).not.toEqual(state.creds.noiseKey.public);
  });

  it('writes what changes in one moment, and the credentials with it, in one transaction', async () => {
    const written: number[] = [];
    const write = keys.write.bind(keys);
    const watched = Object.assign(Object.create(keys), {
      write: (...parts: Parameters<typeof write>) => {
        written.push(parts[1].length);
        return write(...parts);
      },
    }) as WhatsAppKeyRepository;
    const watching = new SealedSessionRecord(session, {
      leases,
      keys: watched,
      vault: vaultOf(K1),
      newContactsPerDay: 5,
    });
    const state = await AuthState.load(watching, baileys);
    const pair = baileys.Curve.generateKeyPair();
    state.creds.nextPreKeyId = 3;
    await Promise.all([state.keys.set({ 'pre-key': { 1: pair, 2: pair } }), state.save()]);
    expect(written).toEqual([3]);
    await state.keys.set({ 'pre-key': { 1: null } });
    expect(written).toEqual([3, 0]);
    expect(await count()).toBe(2);
  });

  it('keeps what could not be written, reads it from there, and writes it with the next', async () => {
    const state = await AuthState.load(record, baileys);
    await database.dataSource.query('ALTER TABLE whatsapp_key RENAME TO away');
    await expect(state.keys.set({ 'device-list': { u: ['1'] } })).rejects.toThrow('whatsapp_key');
    expect(await state.keys.get('device-list', ['u'])).toEqual({ u: ['1'] });
    await database.dataSource.query('ALTER TABLE away RENAME TO whatsapp_key');
    await state.save();
    expect([...(await record.readKeys('device-list', ['u']))]).toEqual([['u', '["1"]']]);
  });
});
