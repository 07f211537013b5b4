import { DataSource } from 'typeorm';
import { dataSourceOptions } from '@outbell/persistence/data-source.js';
import { Initial1764000000000 } from '@outbell/persistence/migrations/1-initial.js';
import { PARTITION_STORAGE_BEFORE } from '@outbell/persistence/migrations/2-message-table-before.js';
import { PARTITIONED } from '@outbell/persistence/partition-storage.js';
import { idFloor, newId } from '@outbell/shared/uuid.js';
import { createEmptyDatabase, type TestDatabase } from './database.js';

type Row = Record<string, unknown>;

/** A database as release 0.1.0 left it: before message_wake and message_lease. */
export class DatabaseBeforeWakes {
  private constructor(
    private readonly database: TestDatabase,
    private readonly tenantId: string,
    private readonly senderId: string,
  ) {}

  /** With the partitions that 0.1.0 makes at `now`, a tenant and its sender. */
  static async create(now: Date): Promise<DatabaseBeforeWakes> {
    const database = await createEmptyDatabase();
    const options = { ...dataSourceOptions(database.url, 1), migrations: [Initial1764000000000] };
    const released = await new DataSource(options).initialize();
    await released.runMigrations();
    await released.destroy();
    const before = new DatabaseBeforeWakes(database, newId(), newId());
    for (let offset = -1; offset <= 3; offset++) await before.partition(monthOf(now, offset), monthOf(now, offset + 1));
    await before.insert('tenant', { id: before.tenantId, name: 'shop' });
    await before.insert('sender', {
      id: before.senderId,
      tenant_id: before.tenantId,
      channel: 'email',
      address: 'shop@example.com',
      status: 'verified',
    });
    return before;
  }

  get dataSource(): DataSource {
    return this.database.dataSource;
  }

  get url(): string {
    return this.database.url;
  }

  drop(): Promise<void> {
    return this.database.drop();
  }

  /** @returns its id */
  async message(columns: Row): Promise<string> {
    const time = new Date();
    const row: Row = {
      id: newId(),
      tenant_id: this.tenantId,
      sender_id: this.senderId,
      channel: 'email',
      mode: 'live',
      priority: 1,
      recipient: 'ann@example.org',
      due_at: time,
      wake_at: columns['due_at'] ?? time,
      created_at: time,
      updated_at: time,
      ...columns,
    };
    await this.insert('message', row);
    return row['id'] as string;
  }

  async attempt(columns: Row): Promise<void> {
    const own = { tenant_id: this.tenantId, fence: 1, provider: 'smtp', started_at: new Date() };
    await this.insert('message_attempt', { ...own, ...columns });
  }

  private async partition(from: Date, to: Date): Promise<void> {
    for (const table of PARTITIONED) {
      const name = `${table}_${from.toISOString().slice(0, 7).replace('-', '_')}`;
      await this.dataSource.query(
        `CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL) WITH (${PARTITION_STORAGE_BEFORE[table]})`,
      );
      await this.dataSource.query(
        `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${idFloor(from)}') TO ('${idFloor(to)}')`,
      );
    }
  }

  private async insert(table: string, row: Row): Promise<void> {
    const places = Object.keys(row).map((_, index) => `$${index + 1}`);
    await this.dataSource.query(
      `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(row),
    );
  }
}

function monthOf(time: Date, offset: number): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + offset, 1));
}
