import { Injectable } from '@nestjs/common';
import {
  DispatchRepository,
  type DueMessage,
  type ChannelPriority,
} from '@outbell/persistence/engine/dispatch.repository.js';

/** Tenants that share one statement: as many as there are messages to take, within these. */
const FEWEST_TENANTS = 50;
const MOST_TENANTS = 200;
/** Statements of one call: tenants that have only scheduled messages use one up and give nothing. */
const ROUNDS = 20;

/**
 * Fairness under a backlog: tenants take turns, so that one tenant's million delays no other's hundred. Where the turn
 * is, is remembered per line; each worker has its own, which is as fair.
 */
@Injectable()
export class TenantRoundRobin {
  private readonly lastTenants = new Map<string, string | null>();

  constructor(private readonly repository: DispatchRepository) {}

  /**
   * Due messages of a line in equal shares of the tenants whose turn it is, going round until there are `limit` of
   * them; a few more if the last tenants are more than what was left: each has one.
   */
  async take(line: ChannelPriority, limit: number, republishAfterMs: number, patienceMs = 0): Promise<DueMessage[]> {
    const key = `${line.channel} ${line.priority}`;
    const taken: DueMessage[] = [];
    let after = this.lastTenants.get(key) ?? null;
    for (let round = 0; round < ROUNDS && taken.length < limit; round += 1) {
      const wanted = limit - taken.length;
      const asked = Math.min(Math.max(wanted, FEWEST_TENANTS), MOST_TENANTS);
      const tenants = await this.repository.nextTenants(line, after, asked);
      const share = Math.max(1, Math.floor(wanted / tenants.length));
      if (tenants.length > 0)
        taken.push(...(await this.repository.takeFrom(line, tenants, share, republishAfterMs, patienceMs)));
      // Fewer than asked for: it has gone round.
      after = tenants.length < asked ? null : (tenants.at(-1) ?? null);
    }
    this.lastTenants.set(key, after);
    return taken;
  }
}
