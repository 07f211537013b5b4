import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { changedCount } from '../../statements.js';
import { databaseTime } from '../database-time.js';

/** A fire of a job that is this process's, until its lease ends. */
export interface Fire {
  job: string;
  dueAt: Date;
  /** Counts who has begun it: a later one ends the right of those before. */
  fence: number;
}

/**
 * Fires of scheduled jobs: each (job, due time) is begun by one process, and by another only when that one's lease has
 * ended.
 */
@Injectable()
export class ScheduleFireRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The database's time: processes' clocks differ, and would see other fires. */
  now(): Promise<Date> {
    return databaseTime(this.dataSource);
  }

  /** Takes a fire. @returns null: it is done, or another's */
  async take(job: string, dueAt: Date, leaseMs: number): Promise<Fire | null> {
    const [taken] = await this.dataSource.query<{ fence: number }[]>(
      `INSERT INTO schedule_fire AS f (job, due_at, lease_until) VALUES ($1, $2, now() + $3 * interval '1 ms')
       ON CONFLICT (job, due_at) DO UPDATE SET fence = f.fence + 1, lease_until = excluded.lease_until
       WHERE f.finished_at IS NULL AND f.lease_until <= now()
       RETURNING fence`,
      [job, dueAt, leaseMs],
    );
    return taken ? { job, dueAt, fence: taken.fence } : null;
  }

  /** @returns false: it is another's by now */
  async renew({ job, dueAt, fence }: Fire, leaseMs: number): Promise<boolean> {
    const count = await changedCount(
      this.dataSource,
      `UPDATE schedule_fire SET lease_until = now() + $4 * interval '1 ms'
       WHERE job = $1 AND due_at = $2 AND fence = $3 AND finished_at IS NULL`,
      [job, dueAt, fence, leaseMs],
    );
    return count === 1;
  }

  /** Writes down that it is done, and forgets the job's earlier fires. */
  async finish({ job, dueAt, fence }: Fire): Promise<void> {
    await this.dataSource.query(
      `WITH done AS (
         UPDATE schedule_fire SET finished_at = now() WHERE job = $1 AND due_at = $2 AND fence = $3 RETURNING due_at
       )
       DELETE FROM schedule_fire f USING done WHERE f.job = $1 AND f.due_at < done.due_at`,
      [job, dueAt, fence],
    );
  }

  /** Lets it be tried again after a while, in ms: it failed. */
  async giveBack({ job, dueAt, fence }: Fire, afterMs: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE schedule_fire SET lease_until = now() + $4 * interval '1 ms'
       WHERE job = $1 AND due_at = $2 AND fence = $3 AND finished_at IS NULL`,
      [job, dueAt, fence, afterMs],
    );
  }
}
