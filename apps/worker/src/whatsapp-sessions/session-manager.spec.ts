import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { whatsAppKeyId } from '@outbell/persistence/repositories/whatsapp-key-id.js';
import { WhatsAppKeyRepository } from '@outbell/persistence/repositories/whatsapp-key.repository.js';
import { WhatsAppLeaseRepository } from '@outbell/persistence/repositories/whatsapp-lease.repository.js';
import type { WhatsAppSessionEntity } from '@outbell/persistence/entities/whatsapp-session.entity.js';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { BaileysProvider } from '@outbell/providers/baileys/baileys.provider.js';
import { FakeWhatsApp } from '@outbell/providers/baileys/testing/fake-whatsapp.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { until } from '../../../../test/support/until.js';
import { SessionManager } from './session-manager.js';

const OURS = '+33700000001';

let database: TestDatabase;
let whatsApp: FakeWhatsApp;
let config: Config;
let sessions: WhatsAppSessionRepository;
let leases: WhatsAppLeaseRepository;
let keys: WhatsAppKeyRepository;
let vault: Vault;
let tenantId: string;
const keepers: SessionManager[] = [];

beforeEach(async () => {
  whatsApp = await FakeWhatsApp.start();
  database = await createTestDatabase();
  config = testConfig({ DATABASE_URL: database.url, WHATSAPP_WEB_URL: whatsApp.url });
  sessions = repositoryOn(database.dataSource, WhatsAppSessionRepository);
  leases = repositoryOn(database.dataSource, WhatsAppLeaseRepository);
  keys = repositoryOn(database.dataSource, WhatsAppKeyRepository);
  vault = new Vault(config);
  ({ tenantId } = await TenantFactory.create(database.dataSource));
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(keepers.splice(0).map((keeper) => keeper.beforeApplicationShutdown()));
  whatsApp.stop();
  await database.drop();
});

function keeper(): SessionManager {
  const made = new SessionManager(sessions, leases, keys, new CallbackRepository(database.dataSource), vault, config);
  keepers.push(made);
  return made;
}

const session = async (): Promise<WhatsAppSessionEntity> => (await sessions.findNamed(tenantId, 'shop'))!;
const connected = () => until(async () => (await session()).state === 'connected');

async function linked(by: SessionManager): Promise<string> {
  const id = newId();
  await sessions.create(tenantId, { id, name: 'shop', pairBy: 'qr', pairPhone: null });
  await by.round();
  const row = await until(() => sessions.shown(tenantId, id));
  const { value } = vault.open<{ value: string }>({ tenantId, rowId: row.id }, row);
  whatsApp.scan((JSON.parse(value) as { qr: string }).qr, OURS);
  await connected();
  return id;
}

function through(by: SessionManager) {
  const options = { sendTimeoutMs: 5_000, outboundAllow: [], whatsAppSessions: by.sessionsOf(tenantId) };
  const provider = new BaileysProvider({ session: 'shop' }, options);
  return provider.send({ channel: 'whatsapp', messageId: newId(), from: OURS, to: '+33612345678', text: 'Hello' });
}

describe('SessionManager', () => {
  it('pairs what the API asks for, and sends through it', async () => {
    const one = keeper();
    await linked(one);
    expect(await session()).toMatchObject({ state: 'connected', phone: OURS });
    expect(await through(one)).toMatchObject({ kind: 'sent', providerMessageId: whatsApp.messages[0] });
  });

  it('stores the hundreds of pre-keys of a new device, and as many are counted in its credentials', async () => {
    whatsApp.preKeys = 0;
    const id = await linked(keeper());
    const made = await until(async () => {
      const [row] = await database.dataSource.query<{ count: number }[]>(
        `SELECT count(*)::int FROM whatsapp_key WHERE kind = 'pre-key'`,
      );
      return row?.count;
    });
    const rows = await keys.read(tenantId, id, [whatsAppKeyId(id, { kind: 'creds', name: 'creds' })]);
    const { value } = vault.open<{ value: string }>({ tenantId, rowId: rows[0]!.id }, rows[0]!);
    expect(made).toBe(812);
    expect(JSON.parse(value)).toMatchObject({ nextPreKeyId: 813 });
  });

  it('lets go of its sessions before leases end that it cannot renew', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const one = keeper();
    await linked(one);
    const line = one.sessionsOf(tenantId).line?.('shop');
    vi.advanceTimersByTime(24_000);
    expect((await through(one)).kind).toBe('sent');
    vi.advanceTimersByTime(1_500);
    vi.useRealTimers();
    const late = await line?.send({ messageId: newId(), to: '+33612345678', text: 'Late' }, 1_000);
    expect(late).toEqual({ kind: 'retry', reason: 'session_disconnected' });
    expect(whatsApp.messages).toHaveLength(1);
  });

  it('leaves a session to who has it: messages that come to another worker come up again', async () => {
    const [one, other] = [keeper(), keeper()];
    await linked(one);
    await other.round();
    expect(await through(other)).toMatchObject({ kind: 'deferred', reason: 'session_on_other_worker' });
    expect(whatsApp.messages).toEqual([]);
    expect(whatsApp.logins).toBe(1);
  });

  it('hands its sessions on when it ends, without pairing', async () => {
    const [one, other] = [keeper(), keeper()];
    await linked(one);
    await one.beforeApplicationShutdown();
    expect(await through(one)).toMatchObject({ kind: 'deferred', reason: 'session_on_other_worker' });
    await other.round();
    await until(() => Promise.resolve(whatsApp.logins === 2));
    expect(await until(async () => ((await through(other)).kind === 'sent' ? 'sent' : null))).toBe('sent');
  });

  it('lets go of what another has taken, and writes nothing about it any more', async () => {
    const [one, other] = [keeper(), keeper()];
    await linked(one);
    await database.dataSource.query(`UPDATE whatsapp_session SET lease_until = '-infinity'`);
    await other.round();
    await until(() => Promise.resolve(whatsApp.logins === 2));
    expect(await through(one)).toMatchObject({ kind: 'deferred', reason: 'session_on_other_worker' });
    await connected();
    expect(whatsApp.messages).toEqual([]);
  });

  it('logs out at WhatsApp, and then forgets the session and its keys', async () => {
    const one = keeper();
    const id = await linked(one);
    await sessions.remove(tenantId, id);
    await database.dataSource.query(`UPDATE whatsapp_session SET owner = NULL, lease_until = '-infinity'`);
    const other = keeper();
    await until(async () => {
      await other.round();
      return (await sessions.find(tenantId, id)) === null;
    });
    expect(whatsApp.asked).toContain('remove-companion-device');
    expect(await database.dataSource.query('SELECT FROM whatsapp_key')).toEqual([]);
  });

  it('has stopped for good when the telephone unlinks it', async () => {
    const one = keeper();
    await linked(one);
    whatsApp.disconnect(401);
    await until(async () => (await session()).state === 'stopped');
    expect(await session()).toMatchObject({ reason: 'logged_out' });
    expect(await through(one)).toEqual({ kind: 'retry', reason: 'session_stopped' });
  });

  it('writes down what WhatsApp tells, once, for the tenant', async () => {
    const one = keeper();
    await linked(one);
    await through(one);
    const [id = ''] = whatsApp.messages;
    whatsApp.receipt('+33612345678', id);
    whatsApp.receipt('+33612345678', id);
    whatsApp.write('33612345679@s.whatsapp.net', 'STOP', { id: 'A1' });
    const read = `SELECT kind, provider, connection_id, tenant_id, provider_message_id FROM delivery_event
      ORDER BY kind`;
    const told = await until(async () => {
      const rows = await database.dataSource.query<object[]>(read);
      return rows.length > 1 && rows;
    });
    const source = { provider: 'baileys', connection_id: null, tenant_id: tenantId };
    expect(told).toEqual([
      { ...source, kind: 'delivered', provider_message_id: id },
      { ...source, kind: 'unsubscribed', provider_message_id: null },
    ]);
  });

  it('tries again to write down what WhatsApp tells while the database is away', async () => {
    const one = keeper();
    await linked(one);
    await database.dataSource.query('ALTER TABLE delivery_event RENAME TO away');
    whatsApp.write('33612345679@s.whatsapp.net', 'STOP', { id: 'A1' });
    const refused = vi.spyOn(CallbackRepository.prototype, 'note');
    await until(() => Promise.resolve(refused.mock.calls.length > 0));
    await database.dataSource.query('ALTER TABLE away RENAME TO delivery_event');
    const kinds = () => database.dataSource.query<object[]>('SELECT kind FROM delivery_event');
    expect(await until(async () => ((await kinds()).length > 0 ? kinds() : false))).toEqual([{ kind: 'unsubscribed' }]);
    refused.mockRestore();
  });
});
