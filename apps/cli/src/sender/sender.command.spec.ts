import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SenderRepository } from '@outbell/persistence/repositories/sender.repository.js';
import { cli } from '../../../../test/support/cli.js';
import { testEnvironment } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { repositoryOn } from '../../../../test/support/repositories.js';

let database: TestDatabase;
let environment: Record<string, string>;
let senders: SenderRepository;
let tenantId: string;
let count = 0;
let tenant: string;
beforeAll(async () => {
  database = await createTestDatabase();
  environment = testEnvironment({ DATABASE_URL: database.url });
  senders = repositoryOn(database.dataSource, SenderRepository);
});
beforeEach(async () => {
  tenant = `acme ${(count += 1)}`;
  tenantId = JSON.parse((await cli(environment, 'tenant', 'create', tenant, '--json')).out).id;
});
afterAll(() => database.drop());

const NOW = new Date();
const run = (...args: string[]) => cli(environment, 'sender', ...args);
const all = () => senders.list(tenantId, {}, 100);

describe('sender grant', () => {
  it('makes a sender that may go by the installation’s connections', async () => {
    const { code, out } = await run('grant', tenant, 'sms', '+33698765432', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ tenant_id: tenantId, channel: 'sms', address: '+33698765432' },
      ...{ status: 'verified', verified_over: 'operator' },
    });
    expect(await all()).toMatchObject([{ channel: 'sms', verifiedOver: 'operator', status: 'verified' }]);
  });

  it('grants one that the tenant has made, by the address as it is stored, and leaves a pause', async () => {
    const made = await senders.createVerified(tenantId, { channel: 'email', address: 'a@example.com', name: 'A' }, NOW);
    await senders.update(tenantId, made.id, { status: 'paused', statusReason: 'paused_by_tenant' }, NOW);
    expect((await run('grant', tenantId, 'email', 'A@Example.com')).code).toBe(0);
    const expected = {
      id: made.id,
      name: 'A',
      status: 'paused',
      statusReason: 'paused_by_tenant',
      verifiedOver: 'operator',
    };
    expect(await all()).toMatchObject([expected]);
  });

  it.each([
    ['nobody', 'sms', '+33698765432', /there is no tenant/],
    ['', 'fax', '+33698765432', /channel: must be one of/],
    ['', 'sms', 'no number at all', /address: /],
    ['', 'email', 'x', /address: /],
  ])('refuses %j %s %j and grants nothing', async (name, channel, address, message) => {
    const { code, err } = await run('grant', name || tenant, channel, address);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(await all()).toEqual([]);
  });
});

describe('sender verify', () => {
  it('takes the operator’s word for an address that waits for its code, and voids the code', async () => {
    const code = {
      hash: Buffer.from('x'),
      over: 'tenant',
      sentAt: NOW,
      expiresAt: new Date(Date.now() + 60_000),
    } as const;
    const wanted = { channel: 'email', address: 'noreply@example.com', name: null } as const;
    const { id } = await senders.create(tenantId, wanted, code);
    expect((await run('verify', tenant, 'noreply@example.com')).out).toContain('is verified');
    expect(await all()).toMatchObject([{ id, status: 'verified', verifiedOver: 'operator', codeHash: null }]);
  });
});

describe('sender revoke', () => {
  it('keeps it to the tenant’s own connections, whatever code comes, until it is granted again', async () => {
    await run('grant', tenant, 'email', 'a@example.com');
    const { out } = await run('revoke', tenant, 'email', 'a@example.com', '--json');
    expect(JSON.parse(out)).toMatchObject({ status: 'verified', verified_over: 'withdrawn' });
    const id = (await all())[0]!.id;
    const code = { hash: Buffer.from('x'), over: 'installation', sentAt: NOW, expiresAt: NOW } as const;
    expect(await senders.replaceCode(tenantId, id, code, NOW)).toBe(false);
    await run('grant', tenant, 'email', 'a@example.com');
    expect(await all()).toMatchObject([{ verifiedOver: 'operator' }]);
  });

  it('holds for one that is archived and made anew', async () => {
    await run('grant', tenant, 'email', 'a@example.com');
    await run('revoke', tenant, 'email', 'a@example.com');
    await senders.archive(tenantId, (await all())[0]!.id, NOW);
    const code = {
      hash: Buffer.from('x'),
      over: 'installation',
      sentAt: NOW,
      expiresAt: new Date(Date.now() + 60_000),
    } as const;
    const { id } = await senders.create(tenantId, { channel: 'email', address: 'a@example.com', name: null }, code);
    expect(await senders.tryCode(tenantId, id, code.hash, 5, NOW)).toEqual({ verified: true });
    expect(await all()).toMatchObject([{ id, verifiedOver: 'withdrawn' }]);
    await run('grant', tenant, 'email', 'a@example.com');
    expect(await all()).toMatchObject([{ id, verifiedOver: 'operator' }]);
  });

  it('says when there is no such sender', async () => {
    const { code, err } = await run('revoke', tenant, 'email', 'a@example.com');
    expect([code, err]).toEqual([1, `outbell: address: tenant ${tenant} has no verified email sender of it\n`]);
  });
});

describe('sender list', () => {
  it('shows each with whose connections it may go by, of one tenant or all', async () => {
    await run('grant', tenant, 'sms', 'MyShop');
    await senders.createVerified(tenantId, { channel: 'push', address: 'com.example.shop', name: null }, NOW);
    const { out } = await run('list', '--tenant', tenant);
    expect(out).toMatch(/push +com\.example\.shop +verified +the tenant’s own connections alone\n/);
    expect(out).toMatch(/sms +MyShop +verified +the installation’s connections too \(operator\)\n/);
    const everyone = JSON.parse((await run('list', '--json')).out).data as { tenant_id: string }[];
    expect(everyone.filter((sender) => sender.tenant_id === tenantId)).toHaveLength(2);
    expect(everyone.length).toBeGreaterThan(2);
  });
});
