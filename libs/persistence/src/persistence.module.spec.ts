import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import type { Pool } from 'pg';
import { getDataSourceToken, getRepositoryToken } from '@nestjs/typeorm';
import { DataSource, type Repository } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ENGINE } from './engine/engine-data-source.js';
import { TenantEntity } from './entities/tenant.entity.js';
import { PersistenceModule } from './persistence.module.js';

const POOL = 4;
const OF_THE_ENGINE = 3;

describe('PersistenceModule', () => {
  let database: TestDatabase;
  let app: TestingModule;

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = testConfig({ DATABASE_URL: database.url, DATABASE_POOL: String(POOL) });
    const imports = [ConfigModule.forRoot(config), PersistenceModule];
    app = await Test.createTestingModule({ imports }).compile();
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const engine = () => app.get<DataSource>(getDataSourceToken(ENGINE));

  it('sets up each connection of the engine before anything is asked of it, and none of CRUD', async () => {
    const settings = `SELECT pg_backend_pid() AS pid, current_setting('enable_seqscan') AS scans,
      current_setting('jit') AS jit FROM pg_sleep(0.1)`;
    const rows = await Promise.all(
      Array.from({ length: OF_THE_ENGINE }, () =>
        engine().query<{ pid: number; scans: string; jit: string }[]>(settings),
      ),
    );
    expect(new Set(rows.flat().map(({ pid }) => pid)).size).toBe(OF_THE_ENGINE);
    for (const [row] of rows) expect(row).toMatchObject({ scans: 'off', jit: 'off' });
    const [crud] = await app.get(DataSource).query<[{ pid: number; scans: string }]>(settings);
    expect(crud.scans).toBe('on');
    expect(rows.flat().map(({ pid }) => pid)).not.toContain(crud.pid);
  });

  it('shares out the connections that a process may have', () => {
    const sizes = [app.get(DataSource), engine()].map(
      ({ driver }) => ((driver as PostgresDriver).master as Pool).options.max,
    );
    expect(sizes).toEqual([POOL - OF_THE_ENGINE, OF_THE_ENGINE]);
  });

  it('gives the repositories of all entities to who injects them', () => {
    expect(app.get<Repository<TenantEntity>>(getRepositoryToken(TenantEntity)).metadata.tableName).toBe('tenant');
  });

  it('outlives a server that says goodbye to a connection that is lent out and has nothing to answer', async () => {
    const pool = (app.get(DataSource).driver as PostgresDriver).master as Pool;
    const lent = await pool.connect();
    const { rows } = await lent.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const left = new Promise((resolve) => lent.once('end', resolve));
    await database.dataSource.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await left;
    await expect(lent.query('SELECT 1')).rejects.toThrow();
    lent.release(true);
    expect(await app.get(DataSource).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
