import type { Watched } from '../harness/cpu-time.js';
import { Child } from '../harness/child.js';
import type { Entry } from '../harness/section.js';
import type { Sample, Subject } from '../harness/subject.js';
import type { Bench } from '../harness/bench.js';
import type { QueueKind } from '../installation/installation.js';

/** What bare BullMQ is asked to do in a round. */
export type BareTask = 'add' | 'add-bulk' | 'process';

const TITLES: Record<BareTask, string> = {
  add: 'add, 50 in flight',
  'add-bulk': 'addBulk, 500 at once',
  process: 'process no-op jobs, concurrency 50',
};

/** Jobs of a round: a second or two of work. */
const COUNTS: Record<QueueKind, Record<BareTask, number>> = {
  redis: { add: 20_000, 'add-bulk': 30_000, process: 20_000 },
  postgres: { add: 1_500, 'add-bulk': 20_000, process: 2_000 },
};

/** BullMQ by itself: one job a message, as its documentation shows. */
class BareBullMq implements Subject {
  readonly name: string;
  readonly title: string;

  constructor(
    private readonly child: Child,
    queue: QueueKind,
    private readonly task: BareTask,
    private readonly count: number,
  ) {
    this.name = `bullmq-${task}-${queue}`;
    this.title = `BullMQ on ${queue === 'redis' ? 'Redis' : 'PostgreSQL'}: ${TITLES[task]}`;
  }

  get processes(): Watched[] {
    return [{ label: 'worker', pid: this.child.pid }];
  }

  prepare(): Promise<void> {
    return this.child.ask('prepare', { task: this.task, count: this.count });
  }

  async run(): Promise<Sample> {
    return { count: this.count, seconds: await this.child.ask<number>(this.task, this.count) };
  }

  close(): Promise<void> {
    return this.child.stop();
  }
}

/** Bare BullMQ at one task on one kind of server. */
export function bullMq(task: BareTask, queue: QueueKind): Entry {
  return {
    name: `bullmq-${task}-${queue}`,
    async make(bench: Bench) {
      const url = queue === 'redis' ? bench.servers.newRedisUrl() : await bench.servers.newDatabase();
      const child = await Child.start('baselines/bullmq.child.ts', { QUEUE_URL: url });
      return new BareBullMq(child, queue, task, Math.round(COUNTS[queue][task] / bench.size(1, 2)));
    },
  };
}
