import type { Bench } from '../harness/bench.js';
import { Child } from '../harness/child.js';
import type { Entry } from '../harness/section.js';
import type { QueueKind } from '../installation/installation.js';
import { ChildTask } from './child-task.js';

/** What bare BullMQ is asked to do in a round. */
export type BareTask = 'add' | 'add-bulk' | 'process';

const TITLES: Record<BareTask, string> = {
  add: 'add, 50 in flight',
  'add-bulk': 'addBulk, 500 at once',
  process: 'no-op jobs, concurrency 50',
};

/** Jobs of a round: a second or two of work. */
type BullMqServer = Extract<QueueKind, 'redis' | 'postgres'>;

const COUNTS: Record<BullMqServer, Record<BareTask, number>> = {
  redis: { add: 20_000, 'add-bulk': 30_000, process: 20_000 },
  postgres: { add: 1_500, 'add-bulk': 20_000, process: 2_000 },
};

/** BullMQ by itself, one job a message, as its documentation shows: at one task, on one kind of server. */
export function bullMq(task: BareTask, queue: BullMqServer): Entry {
  const name = `bullmq-${task}-${queue}`;
  const title = `BullMQ on ${queue === 'redis' ? 'Redis' : 'PostgreSQL'}: ${TITLES[task]}`;
  return {
    name,
    async make(bench: Bench) {
      const url = queue === 'redis' ? bench.servers.newRedisUrl() : await bench.servers.newDatabase();
      const child = await Child.start('baselines/bullmq.child.ts', { QUEUE_URL: url });
      const full = COUNTS[queue][task];
      return new ChildTask({ name, title, child, task, count: bench.size(full, full / 2) });
    },
  };
}
