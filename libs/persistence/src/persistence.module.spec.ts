import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { PersistenceModule } from './persistence.module.js';

const POOL = 3;

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

  it('sets up each connection of the pool before anything is asked of it', async () => {
    const settings = `SELECT pg_backend_pid() AS pid, current_setting('enable_seqscan') AS scans,
      current_setting('jit') AS jit FROM pg_sleep(0.1)`;
    const rows = await Promise.all(
      Array.from({ length: POOL }, () =>
        app.get(DataSource).query<{ pid: number; scans: string; jit: string }[]>(settings),
      ),
    );
    expect(new Set(rows.flat().map(({ pid }) => pid)).size).toBe(POOL);
    for (const [row] of rows) expect(row).toMatchObject({ scans: 'off', jit: 'off' });
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
