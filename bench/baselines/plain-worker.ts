import { Child } from '../harness/child.js';
import type { Entry } from '../harness/section.js';
import { Sink } from '../sinks/sink.js';
import { ChildTask } from './child-task.js';

const name = 'plain-worker';
const title = 'A plain worker (BullMQ, a job a message) to an HTTP sink';

/** The worker most would write, to the same HTTP sink. */
export const plainWorker: Entry = {
  name,
  async make(bench) {
    const sink = await Sink.start('http');
    const child = await Child.start('baselines/plain-worker.child.ts', {
      DATABASE_URL: await bench.servers.newDatabase(),
      QUEUE_URL: bench.servers.newRedisUrl(),
      SINK_URL: `http://127.0.0.1:${sink.port}`,
    });
    const others = [{ label: 'sink', pid: sink.pid, stop: () => sink.stop() }];
    return new ChildTask({ name, title, child, task: 'process', count: bench.size(2_000, 1_000), others });
  },
};
