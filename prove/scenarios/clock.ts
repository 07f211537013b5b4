import { preload } from '../../test/support/preload.js';
import type { Scenario } from '../scenario.js';

const HOUR_MS = 3_600_000;

/** A worker beside one whose clock is right. */
export const CLOCK: Scenario[] = [
  ['fast', 2],
  ['slow', -2],
].map(([word, hours]) => ({
  name: `clock-${word}`,
  title: `a worker’s clock is two hours ${word}`,
  async play(stage) {
    const settings = { ...preload('shifted-clock'), CLOCK_SHIFT_MS: String(Number(hours) * HOUR_MS) };
    const began = Date.now();
    const worker = await stage.world.startWorker(settings);
    stage.load.start();
    await stage.midFlight();
    // Some are tried again by the clock that is wrong, some by the one that is right.
    await stage.servers.vendor.misbehave({ when: { every: 3 }, action: { type: 'reply', code: 451 } });
    await stage.until('twenty deferrals', async () => (await stage.servers.vendor.struck()) >= 20);
    await stage.servers.vendor.behave();
    stage.over();
    if (!worker.running) throw new Error('the worker with the wrong clock has ended');
    const [row] = await stage.servers.database.query<{ wrong: number }[]>(
      `SELECT count(*)::int AS wrong FROM message_event WHERE tenant_id = $1
         AND (at > clock_timestamp() OR at < to_timestamp($2::float8 / 1000) - interval '1 min')`,
      [stage.customer.tenantId, began],
    );
    if (row?.wrong !== 0) throw new Error(`${row?.wrong} events are told at a wrong time`);
  },
}));
