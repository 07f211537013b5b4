// graphile-worker as its documentation's "performance" page makes it fastest: a local queue of 500, completions in
// batches.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { answer } from '../harness/answer.js';
import { timed } from './timed.js';

const CONCURRENCY = 50;
const AT_ONCE = 500;

const pgPool = new pg.Pool({ connectionString: process.env['QUEUE_URL'], max: 20 });
const complain = (error: Error) => console.error(error);
pgPool.on('error', complain).on('connect', (client) => client.on('error', complain));
const logger = new Logger(() => () => undefined);
const utils = await makeWorkerUtils({ pgPool, logger });
await utils.migrate();

answer({
  prepare: async ({ count }: { count: number }) => {
    for (let first = 0; first < count; first += AT_ONCE) {
      const jobs = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, n) => first + n);
      await utils.addJobs(jobs.map((id) => ({ identifier: 'send', payload: { id, to: `person${id}@example.com` } })));
    }
    await pgPool.query('VACUUM (ANALYZE) graphile_worker._private_jobs');
  },
  process: (count: number) => timed(() => processAll(count)),
});

/** Until the last completion is written: it waits in a batch longer than its job took. */
async function processAll(count: number): Promise<void> {
  let done = 0;
  const runner = await run({
    pgPool,
    logger,
    noHandleSignals: true,
    concurrency: CONCURRENCY,
    taskList: {
      send: () => {
        done++;
      },
    },
    preset: { worker: { localQueue: { size: AT_ONCE }, completeJobBatchDelay: 0 } },
  });
  while (!(await allGone())) await pause(20);
  await runner.stop();
  if (done !== count) throw new Error(`graphile-worker did ${done} of ${count} jobs`);
}

async function allGone(): Promise<boolean> {
  const { rows } = await pgPool.query<{ any: boolean }>(
    'SELECT EXISTS (SELECT FROM graphile_worker._private_jobs) AS any',
  );
  return rows[0]?.any === false;
}
