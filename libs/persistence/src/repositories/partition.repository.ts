import { Injectable } from '@nestjs/common';
import { idFloor } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';

/** Tables partitioned by month on the message's id. They are made and detached together. */
const PARTITIONED = ['message', 'message_attempt', 'message_event'] as const;

/**
 * A busy row changes about four times in its life: room on its page for the new versions, and a vacuum that comes after the
 * thousands rather than after a fifth of the table, keep the queue's indexes small.
 */
const STORAGE = 'fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.2';

@Injectable()
export class PartitionRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes the partitions of `now`'s month and the `ahead` months after it, where they are missing. Safe to call at once from many. */
  async ensure(now: Date, ahead = 3): Promise<void> {
    const missing = await this.missing(now, ahead);
    if (missing.length === 0) return;
    await this.dataSource.transaction(async (tx) => {
      // Two processes that start together would both find the partition missing.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('outbell.partitions'))`);
      for (const month of missing) {
        for (const table of PARTITIONED) await tx.query(createPartition(table, month));
      }
    });
  }

  /** Months (first day, UTC) among `now`'s and the `ahead` following that have no partition of `message`. */
  async missing(now: Date, ahead = 3): Promise<Date[]> {
    const existing = new Set(await this.names('message'));
    return Array.from({ length: ahead + 1 }, (_, i) => monthOf(now, i)).filter(
      (month) => !existing.has(partitionName('message', month)),
    );
  }

  /**
   * Detaches every partition whose month ended more than `months` months ago. The tables stay, with their data, for the operator to
   * archive or drop; Outbell no longer reads them.
   *
   * @returns the detached tables' names
   */
  async detachOlderThan(now: Date, months: number): Promise<string[]> {
    const oldest = monthOf(now, -months);
    const detached: string[] = [];
    for (const table of PARTITIONED) {
      const kept = partitionName(table, oldest);
      for (const name of (await this.names(table)).filter((each) => each < kept)) {
        await this.dataSource.query(`ALTER TABLE ${table} DETACH PARTITION ${name} CONCURRENTLY`);
        detached.push(name);
      }
    }
    return detached;
  }

  private async names(table: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = $1::regclass ORDER BY 1`,
      [table],
    );
    return rows.map((row) => row.name);
  }
}

function createPartition(table: string, month: Date): string {
  const next = monthOf(month, 1);
  return `CREATE TABLE IF NOT EXISTS ${partitionName(table, month)} PARTITION OF ${table}
    FOR VALUES FROM ('${idFloor(month)}') TO ('${idFloor(next)}') WITH (${STORAGE})`;
}

/** `message_2026_11`: names sort as their months do. */
function partitionName(table: string, month: Date): string {
  return `${table}_${month.toISOString().slice(0, 7).replace('-', '_')}`;
}

function monthOf(time: Date, offset: number): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + offset, 1));
}
