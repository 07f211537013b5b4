import { newId } from '@outbell/shared/uuid.js';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { createDataSource } from '../data-source.js';
import { MessageReferenceRepository, type SenderQuery, type TemplateQuery } from './message-reference.repository.js';
import { TemplateRepository } from '../repositories/template.repository.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const CONTENT = { subject: 'x', html: null, text: 'x', lenient: false, variables: ['code', 'name'] };

/** Rows of `sender` read so far, by whatever plan. */
async function sendersRead(dataSource: DataSource): Promise<number> {
  await dataSource.query('SELECT pg_stat_force_next_flush()');
  const [row] = await dataSource.query<[{ read: number }]>(
    `SELECT (t.seq_tup_read + sum(i.idx_tup_read))::int AS read
     FROM pg_stat_user_tables t JOIN pg_stat_user_indexes i USING (relid) WHERE t.relname = 'sender'
       GROUP BY t.seq_tup_read`,
  );
  return row.read;
}

describe('MessageReferenceRepository', () => {
  let database: TestDatabase;
  let repository: MessageReferenceRepository;
  let templates: TemplateRepository;
  let tenant: TenantFactory;
  let stranger: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new MessageReferenceRepository(database.dataSource);
    templates = repositoryOn(database.dataSource, TemplateRepository);
    tenant = await TenantFactory.create(database.dataSource);
    stranger = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  describe('findSenders', () => {
    function query(overrides: Partial<SenderQuery> = {}): SenderQuery {
      return { tenantId: tenant.tenantId, channel: 'email', sender: tenant.senderId, ...overrides };
    }

    it('finds by id and by address, in any case', async () => {
      const written = [tenant.senderId, tenant.senderId.toUpperCase(), 'shop@example.com', 'Shop@EXAMPLE.com'];
      const found = await repository.findSenders(written.map((sender) => query({ sender })));
      const sender = { id: tenant.senderId, address: 'shop@example.com', status: 'verified', isShutOut: false };
      expect(found).toEqual(Array(4).fill(sender));
    });

    it('answers in the order of the questions, each by its own tenant', async () => {
      const address = 'shop@example.com';
      const asked = [query({ sender: 'nobody@example.com' }), query({ tenantId: stranger.tenantId, sender: address })];
      const found = await repository.findSenders([...asked, query(), query({ sender: address })]);
      expect(found.map((sender) => sender?.id ?? null)).toEqual([
        null,
        stranger.senderId,
        tenant.senderId,
        tenant.senderId,
      ]);
    });

    it('finds none of another tenant or channel', async () => {
      const asked = [query({ sender: stranger.senderId }), query({ channel: 'sms' }), query({ tenantId: newId() })];
      expect(await repository.findSenders(asked)).toEqual([null, null, null]);
    });

    it('takes what people write for what it is: a text', async () => {
      const odd = ["'; DROP TABLE sender; --", '%', '_hop@example.com', ''];
      expect(await repository.findSenders(odd.map((sender) => query({ sender })))).toEqual(odd.map(() => null));
    });

    it('reads the senders that are asked for, and not the thousands beside them', async () => {
      const { tenantId } = await TenantFactory.create(database.dataSource);
      await database.dataSource.query(
        `INSERT INTO sender (id, tenant_id, channel, address, status)
         SELECT gen_random_uuid(), $1, 'email', n || '@example.com', 'verified' FROM generate_series(1, 5000) AS n`,
        [tenantId],
      );
      // Statistics of what a statement read are its connection's own until it is idle: one connection asks both.
      const single = await createDataSource(database.url, 1).initialize();
      const alone = new MessageReferenceRepository(single);
      const before = await sendersRead(single);
      const asked = ['4000@example.com', tenant.senderId, newId()].map((sender) => query({ tenantId, sender }));
      const found = await alone.findSenders(asked);
      expect(found.map((sender) => sender?.status ?? null)).toEqual(['verified', null, null]);
      expect((await sendersRead(single)) - before).toBeLessThan(10);
      await single.destroy();
    });

    it('asks nothing for nothing', async () => {
      expect(await repository.findSenders([])).toEqual([]);
    });
  });

  describe('findTemplates', () => {
    /** A template with that many versions. */
    async function template(versions: number, published: number | null, locale = 'en') {
      const wanted = { name: newId(), channel: 'email', locale } as const;
      const { id } = await templates.create(tenant.tenantId, wanted, CONTENT, NOW);
      for (let version = 2; version <= versions; version += 1) {
        await templates.addVersion(tenant.tenantId, id, { ...CONTENT, lenient: true, variables: [] }, NOW);
      }
      if (published !== null) await templates.publish(tenant.tenantId, id, published, NOW);
      const ids = (await templates.listVersions(tenant.tenantId, id, 10)).map((version) => version.id).reverse();
      return { name: wanted.name, ids };
    }

    function query(name: string, overrides: Partial<TemplateQuery> = {}): TemplateQuery {
      return { tenantId: tenant.tenantId, channel: 'email', name, locale: 'en', version: null, ...overrides };
    }

    it('finds the published version, or the one that is named', async () => {
      const { name, ids } = await template(3, 1);
      const found = await repository.findTemplates([query(name), query(name, { version: 3 })]);
      expect(found).toEqual([
        { versionId: ids[0], variables: ['code', 'name'], lenient: false },
        { versionId: ids[2], variables: [], lenient: true },
      ]);
    });

    it('tells a template without that version from none at all', async () => {
      const [unpublished, published] = [await template(1, null), await template(1, 1)];
      const asked = [query(unpublished.name), query(published.name, { version: 2 }), query('unheard-of')];
      const nothing = { versionId: null, variables: null, lenient: null };
      expect(await repository.findTemplates(asked)).toEqual([nothing, nothing, null]);
    });

    it('goes by locale and channel, and by tenant', async () => {
      const { name } = await template(1, 1, 'de');
      const asked = [query(name), query(name, { channel: 'sms', locale: 'de' })];
      const foreign = query(name, { tenantId: stranger.tenantId, locale: 'de' });
      const found = await repository.findTemplates([...asked, foreign, query(name, { locale: 'de' })]);
      expect(found.map((each) => each !== null)).toEqual([false, false, false, true]);
    });

    it('asks nothing for nothing', async () => {
      expect(await repository.findTemplates([])).toEqual([]);
    });
  });
});
