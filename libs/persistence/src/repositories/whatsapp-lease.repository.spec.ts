import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { TenantRepository } from './tenant.repository.js';
import { type Adopted, WhatsAppLeaseRepository } from './whatsapp-lease.repository.js';
import { WhatsAppSessionRepository } from './whatsapp-session.repository.js';

const A = newId();
const B = newId();
const LEASE_MS = 60_000;

let database: TestDatabase;
let leases: WhatsAppLeaseRepository;
let sessions: WhatsAppSessionRepository;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  leases = repositoryOn(database.dataSource, WhatsAppLeaseRepository);
  sessions = repositoryOn(database.dataSource, WhatsAppSessionRepository);
  tenantId = (await repositoryOn(database.dataSource, TenantRepository).create('a', new Date())).id;
});
afterEach(() => database.dataSource.query('TRUNCATE whatsapp_session, whatsapp_contact CASCADE'));
afterAll(() => database.drop());

async function create(tenant = tenantId): Promise<string> {
  const id = newId();
  await sessions.create(tenant, { id, name: `s-${id}`, pairBy: 'qr', pairPhone: null });
  return id;
}

async function adopted(owner = A): Promise<Adopted> {
  await create();
  const [session] = await leases.adopt(owner, LEASE_MS, 1);
  return session!;
}

const endLease = (id: string) =>
  database.dataSource.query(`UPDATE whatsapp_session SET lease_until = now() - interval '1 s' WHERE id = $1`, [id]);

async function takenOver(session: Adopted): Promise<Adopted> {
  await endLease(session.id);
  const [next] = await leases.adopt(B, LEASE_MS, 1);
  return next!;
}

describe('the lease of a session', () => {
  it('is one worker’s, however many want it', async () => {
    await Promise.all(Array.from({ length: 20 }, () => create()));
    const owners = Array.from({ length: 8 }, newId);
    const taken = await Promise.all(owners.map((owner) => leases.adopt(owner, LEASE_MS, 5)));
    const ids = taken.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await leases.adopt(A, LEASE_MS, 20);
    expect(ids.length + rest.length).toBe(20);
    expect(await leases.adopt(B, LEASE_MS, 20)).toEqual([]);
  });

  it('passes on when it ends, and the former owner can write nothing any more', async () => {
    const before = await adopted();
    expect(await leases.report(before, 'connected', null, '+33700000001')).toBe(true);
    const after = await takenOver(before);
    expect(after).toMatchObject({ id: before.id, fence: before.fence + 1, state: 'connected' });
    expect(await leases.renew([before, after], LEASE_MS)).toEqual([{ id: after.id, logoutWanted: false }]);
    expect(await leases.report(before, 'stopped', 'replaced', null)).toBe(false);
    expect(await leases.rest(before, 1_000)).toBe(false);
    expect(await leases.admit(before, '+33612345678', 5)).toBeNull();
    expect(await leases.remove(before)).toBe(false);
    await leases.release(before);
    expect(await leases.adopt(A, LEASE_MS, 1)).toEqual([]);
    expect(await sessions.find(tenantId, before.id)).toMatchObject({ state: 'connected', phone: '+33700000001' });
  });

  it('is free at once when it is released', async () => {
    const session = await adopted();
    await leases.release(session);
    expect(await leases.adopt(B, LEASE_MS, 1)).toMatchObject([{ id: session.id }]);
  });

  it('is not taken of what has stopped', async () => {
    const session = await adopted();
    await leases.report(session, 'stopped', 'logged_out', null);
    await endLease(session.id);
    expect(await leases.adopt(B, LEASE_MS, 1)).toEqual([]);
  });

  it('tells the owner that a log-out is wanted, and lets nobody keep what was deleted', async () => {
    const [linked, unlinked] = [await adopted(), await adopted()];
    await leases.report(linked, 'connected', null, '+33700000001');
    expect(await leases.remove(linked)).toBe(false);
    expect(await sessions.remove(tenantId, linked.id)).toBe(true);
    expect(await sessions.remove(tenantId, unlinked.id)).toBe(true);
    expect(await leases.renew([linked, unlinked], LEASE_MS)).toEqual([{ id: linked.id, logoutWanted: true }]);
    expect(await leases.remove(linked)).toBe(true);
    expect(await sessions.list(tenantId, {}, 10)).toEqual([]);
  });

  it('carries the number’s rest to the next owner', async () => {
    const session = await adopted();
    expect(session.restsMs).toBe(0);
    await leases.rest(session, 60_000);
    const { restsMs } = await takenOver(session);
    expect(restsMs).toBeGreaterThan(50_000);
    expect(restsMs).toBeLessThanOrEqual(60_000);
  });
});

describe('new contacts', () => {
  const contact = (n: number) => `+3361234567${n}`;

  async function connected(phone = '+33700000001'): Promise<Adopted> {
    const session = await adopted();
    await leases.report(session, 'connected', null, phone);
    return session;
  }

  it('are as many a day as a number may have, whoever asks at once', async () => {
    const session = await connected();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => leases.admit(session, contact(n), 3)));
    expect(answers.filter((answer) => answer?.kind === 'new')).toHaveLength(3);
    const full = answers.filter((answer) => answer?.kind === 'full');
    expect(full).toHaveLength(5);
    for (const answer of full) {
      const { untilTomorrowMs } = answer as { untilTomorrowMs: number };
      const midnight = new Date().setUTCHours(24, 0, 0, 0) - Date.now();
      expect(Math.abs(untilTomorrowMs - midnight)).toBeLessThan(10_000);
    }
  });

  it('are known from then on, on other days and in other sessions of the number', async () => {
    const session = await connected();
    await leases.admit(session, contact(1), 1);
    expect(await leases.admit(session, contact(1), 1)).toEqual({ kind: 'known' });
    expect(await leases.admit(session, contact(2), 1)).toMatchObject({ kind: 'full' });
    const again = await connected();
    expect(await leases.admit(again, contact(2), 1)).toMatchObject({ kind: 'full' });
    await database.dataSource.query(`UPDATE whatsapp_contact SET first_on = first_on - 1`);
    expect(await leases.admit(again, contact(2), 1)).toEqual({ kind: 'new' });
    expect(await leases.admit(again, contact(1), 1)).toEqual({ kind: 'known' });
  });

  it('are counted for each number apart', async () => {
    await leases.admit(await connected(), contact(1), 1);
    expect(await leases.admit(await connected('+33700000002'), contact(1), 1)).toEqual({ kind: 'new' });
  });

  it('are none of a session that was never paired', async () => {
    expect(await leases.admit(await adopted(), contact(1), 1)).toBeNull();
  });
});
