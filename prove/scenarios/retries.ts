import type { LedgerEntry } from '../harness/ledger.js';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

const MINUTE_MS = 60_000;

/**
 * What is allowed in a minute: nearly all can go at once, and the rest has to wait its turn. Before the second attempt
 * there is time for a first of each.
 */
const QUICK = { messages: 400, limit: 380, delayMs: 20_000 };
const FULL = { messages: 10_000, limit: 9_000, delayMs: 120_000 };

export const RETRIES: Scenario[] = [
  {
    name: 'retries-at-once',
    title: '10,000 retries due at once (400 with --quick): spread, and the rate cap holds',
    long: true,
    async play(stage) {
      const { messages, limit, delayMs } = stage.quick ? QUICK : FULL;
      await stage.world.retireSteadyWorker();
      await stage.servers.vendor.misbehave({ action: { type: 'reply', code: 451 } });
      const retries = { RETRY_DELAY_MS: String(delayMs), RETRY_FACTOR: '1' };
      await Promise.all([stage.world.startWorker(retries), stage.world.startWorker(retries)]);
      await stage.load.burst(messages);
      await stage.until('a first refusal of each', () => wasRefused(stage, messages));
      expectSpread(await dueTimes(stage), messages);
      await stage.customer.ask('PATCH', `/v1/senders/${stage.customer.senderId}`, { rate_limits: `${limit}/min` });
      await stage.servers.vendor.behave();
      stage.over();
      const again = () => stage.calls.filter(({ outcome }) => outcome === 'accepted');
      await stage.until('a second call for each', async () => again().length === messages);
      expectCapped(again(), limit);
    },
  },
];

/** Whether so many were called for at least once. */
async function wasRefused({ servers, customer }: Stage, messages: number): Promise<boolean> {
  const [row] = await servers.database.query<{ refused: number }[]>(
    `SELECT count(*)::int AS refused FROM message WHERE tenant_id = $1 AND (attempts > 1 OR (attempts = 1
      AND status = 'queued'))`,
    [customer.tenantId],
  );
  return row?.refused === messages;
}

/** When those that failed are due again, in ms since 1970: each attempt is followed by the same delay. */
async function dueTimes({ servers, customer }: Stage): Promise<number[]> {
  const rows = await servers.database.query<{ due: number }[]>(
    `SELECT extract(epoch FROM due_at)::float8 * 1000 AS due FROM message
     WHERE tenant_id = $1 AND status = 'queued' AND attempts > 0 AND reason = 'temporary_failure'`,
    [customer.tenantId],
  );
  return rows.map(({ due }) => due);
}

/** What failed together does not come back together: no twentieth of the time holds a fifth of them. */
function expectSpread(times: number[], messages: number): void {
  if (times.length < messages / 2) throw new Error(`only ${times.length} of ${messages} wait for another attempt`);
  const first = Math.min(...times);
  const span = (Math.max(...times) - first) / 20;
  const counts = new Map<number, number>();
  for (const time of times) {
    const part = Math.floor((time - first) / span);
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  const fullest = Math.max(...counts.values());
  if (fullest > times.length / 5) throw new Error(`${fullest} of ${times.length} retries are due within ${span} ms`);
}

/** In no minute does the vendor see more than it was promised. */
function expectCapped(calls: LedgerEntry[], limit: number): void {
  const times = calls.map(({ time }) => Date.parse(time)).sort((a, b) => a - b);
  const over = times.findIndex((time, index) => (times[index + limit] ?? Infinity) - time < MINUTE_MS);
  if (over >= 0) throw new Error(`the vendor saw more than ${limit} calls in a minute`);
}
