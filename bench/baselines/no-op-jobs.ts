import { Child } from '../harness/child.js';
import type { Entry } from '../harness/section.js';
import { ChildTask } from './child-task.js';

/** No-op jobs of a queue on PostgreSQL, its fastest way. */
function noOpJobs(name: string, title: string, count: number): Entry {
  return {
    name,
    async make(bench) {
      const child = await Child.start(`baselines/${name}.child.ts`, { QUEUE_URL: await bench.servers.newDatabase() });
      return new ChildTask({ name, title, child, task: 'process', count: bench.size(count, count / 2) });
    },
  };
}

export const pgBoss = noOpJobs('pg-boss', 'pg-boss: no-op jobs, fetched and completed by 500', 20_000);
export const graphileWorker = noOpJobs('graphile-worker', 'graphile-worker: no-op jobs, local queue of 500', 20_000);
