import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { DataSource } from 'typeorm';
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
});
