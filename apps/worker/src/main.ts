import { loadConfig } from '@outbell/shared/config/load-config.js';
import { exitAfter } from '@outbell/shared/exit-after.js';
import { armFailpoints } from '@outbell/shared/failpoints.js';
import { logWarnings } from '@outbell/shared/logging/log-warnings.js';
import { startFailure } from '@outbell/shared/start-failure.js';
import { createWorker, startWorker } from './create-worker.js';

try {
  const config = loadConfig();
  armFailpoints(config.values.FAILPOINTS);
  const worker = await createWorker(config);
  logWarnings();
  exitAfter(config.values.SHUTDOWN_TIMEOUT_MS);
  await startWorker(worker, config.values.WORKER_PORT, config.values.WORKER_HOST);
} catch (error) {
  process.stderr.write(`${startFailure(error, 'WORKER_PORT')}\n`);
  process.exit(1);
}
