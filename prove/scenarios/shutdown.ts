import type { Scenario } from '../scenario.js';
import { SETTINGS } from '../harness/times.js';

export const SHUTDOWN: Scenario[] = [
  {
    name: 'worker-terminated',
    title: 'SIGTERM of a worker with sends in flight',
    async play(stage) {
      const worker = await stage.world.startWorker();
      await stage.servers.vendor.misbehave({ action: { type: 'slow', ms: 200 } });
      stage.load.start();
      await stage.midFlight();
      const began = performance.now();
      if ((await worker.stop()) !== 0) throw new Error('the worker did not end in order');
      const took = performance.now() - began;
      if (took > Number(SETTINGS.SHUTDOWN_TIMEOUT_MS)) throw new Error(`it took ${Math.round(took)} ms to end`);
      await stage.servers.vendor.behave();
      stage.over();
    },
  },
  {
    name: 'api-terminated',
    title: 'SIGTERM of the API with requests in flight',
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      if ((await stage.world.api.stop()) !== 0) throw new Error('the API did not end in order');
      await stage.world.startApi();
      stage.over();
    },
  },
];
