// pg-boss as fast as it goes: its workers look for jobs twice a second at most, so jobs are fetched and completed by
// hand, 500 at once, in two lanes. Maintenance is off, as nothing is to be maintained within a round.
import { PgBoss } from 'pg-boss';
import { answer } from '../harness/answer.js';
import { timed } from './timed.js';

const QUEUE = 'bare';
const AT_ONCE = 500;
const LANES = 2;

const boss = new PgBoss({
  connectionString: process.env['QUEUE_URL'] ?? '',
  max: 10,
  supervise: false,
  schedule: false,
});
boss.on('error', (error) => console.error(error));
await boss.start();
await boss.createQueue(QUEUE);

answer({
  prepare: async ({ count }: { count: number }) => {
    await boss.deleteAllJobs(QUEUE);
    for (let first = 0; first < count; first += AT_ONCE) {
      const jobs = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, n) => first + n);
      await boss.insert(
        QUEUE,
        jobs.map((id) => ({ data: { id, to: `person${id}@example.com` } })),
      );
    }
  },
  process: (count: number) => timed(() => processAll(count)),
});

async function processAll(count: number): Promise<void> {
  const done = await Promise.all(Array.from({ length: LANES }, lane));
  const sum = done.reduce((total, part) => total + part, 0);
  if (sum !== count) throw new Error(`pg-boss did ${sum} of ${count} jobs`);
}

/** @returns how many jobs it did until there were no more */
async function lane(): Promise<number> {
  for (let done = 0; ;) {
    const jobs = await boss.fetch(QUEUE, { batchSize: AT_ONCE });
    if (jobs.length === 0) return done;
    await boss.complete(
      QUEUE,
      jobs.map(({ id }) => id),
    );
    done += jobs.length;
  }
}
