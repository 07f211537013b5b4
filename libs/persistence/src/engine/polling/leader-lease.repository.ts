import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Keeps the one row that says which process leads. Its `fence` counts how often the lead has changed. */
@Injectable()
export class LeaderLeaseRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Takes or renews the lease. @returns whether the owner has it now */
  async hold(owner: string, leaseMs: number): Promise<boolean> {
    const rows = await this.dataSource.query<object[]>(
      `INSERT INTO leader_lease AS l (owner, lease_until) VALUES ($1, now() + $2 * interval '1 ms')
       ON CONFLICT (single) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until,
         fence = l.fence + CASE WHEN l.owner = excluded.owner THEN 0 ELSE 1 END
       WHERE l.owner = excluded.owner OR l.lease_until <= now()
       RETURNING fence`,
      [owner, leaseMs],
    );
    return rows.length === 1;
  }

  async release(owner: string): Promise<void> {
    await this.dataSource.query(`UPDATE leader_lease SET lease_until = now() WHERE owner = $1`, [owner]);
  }
}
