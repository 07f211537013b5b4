import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

const LOOK_EVERY_MS = 100;

/** Looks at the leases of a tenant's messages for as long as a run goes on. */
export class LeaseWatch {
  /** The longest that any lease had still to run, in ms. */
  longestMs = 0;
  private watching = true;
  private readonly looks: Promise<void>;

  constructor(
    private readonly database: DataSource,
    private readonly tenantId: string,
  ) {
    this.looks = this.lookAgain();
  }

  async stop(): Promise<void> {
    this.watching = false;
    await this.looks;
  }

  private async lookAgain(): Promise<void> {
    while (this.watching) {
      // While the database is away nobody gets a lease.
      const longest = await this.look().catch(() => 0);
      this.longestMs = Math.max(this.longestMs, longest);
      await pause(LOOK_EVERY_MS);
    }
  }

  private async look(): Promise<number> {
    const [row] = await this.database.query<{ longest: number | null }[]>(
      `SELECT extract(epoch FROM max(lease_until) - now())::float8 * 1000 AS longest FROM message
       WHERE tenant_id = $1 AND lease_until IS NOT NULL`,
      [this.tenantId],
    );
    return row?.longest ?? 0;
  }
}
