import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import {
  type NewSuppression,
  SuppressionRepository,
} from '@outbell/persistence/repositories/suppression.repository.js';
import type { QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { TenantFactory } from './factories.js';
import { repositoryOn } from './repositories.js';
import { until } from './until.js';

export const LEASE = 60_000;
export const ANN = 'ann@example.org';
export const STOP: NewSuppression = { channel: 'email', address: ANN, reason: 'manual', evidence: {} };

/** A message in a worker's hands. */
export interface Held {
  id: string;
  fence: number;
}

/** A tenant anew for each test, whose messages are claimed, marked and stopped. */
export class HoldBackScene {
  database!: TestDatabase;
  tenant!: TenantFactory;
  delivery!: DeliveryRepository;
  suppressions!: SuppressionRepository;
  private readonly open: QueryRunner[] = [];

  constructor() {
    beforeAll(async () => {
      this.database = await createTestDatabase();
      this.delivery = new DeliveryRepository(this.database.dataSource);
      this.suppressions = repositoryOn(this.database.dataSource, SuppressionRepository);
    });
    beforeEach(async () => {
      this.tenant = await TenantFactory.create(this.database.dataSource);
    });
    afterEach(async () => {
      for (const runner of this.open.splice(0)) {
        if (runner.isTransactionActive) await runner.rollbackTransaction();
        await runner.release();
      }
    });
    afterAll(() => this.database.drop());
  }

  async message(overrides: Parameters<TenantFactory['newMessage']>[0] = {}): Promise<string> {
    return (await this.tenant.messages(1, overrides))[0] as string;
  }

  async claim(...ids: string[]): Promise<Held[]> {
    return (await this.delivery.claim('email', ids, LEASE)).map(({ id, fence }) => ({ id, fence }));
  }

  /** @returns the ids that may be sent */
  async mark(held: Held[]): Promise<string[]> {
    const call = { connectionId: null, connectionVersion: null, provider: 'smtp' };
    const starts = held.map((one) => ({ ...one, ...call }));
    return [...(await this.delivery.markSending(starts, LEASE)).keys()];
  }

  stop(changes: Partial<NewSuppression> = {}) {
    return this.suppressions.add(this.tenant.tenantId, { ...STOP, ...changes }, new Date());
  }

  async transaction(): Promise<QueryRunner> {
    const runner = this.database.dataSource.createQueryRunner();
    this.open.push(runner);
    await runner.startTransaction();
    return runner;
  }

  /** Waits until so many of this database's connections wait for others' locks. */
  waiting(count: number): Promise<boolean> {
    return until(async () => {
      const [row] = await this.database.dataSource.query<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()
          AND wait_event_type = 'Lock'`,
      );
      return (row?.n ?? 0) >= count;
    });
  }

  eventsOf(id: string): Promise<object[]> {
    return this.database.dataSource.query(
      `SELECT type, reason, detail FROM message_event WHERE message_id = $1 ORDER BY id`,
      [id],
    );
  }
}
