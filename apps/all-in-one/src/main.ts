import { loadConfig } from '@outbell/shared/config/load-config.js';
import { exitAfter } from '@outbell/shared/exit-after.js';
import { armFailpoints } from '@outbell/shared/failpoints.js';
import { logWarnings } from '@outbell/shared/logging/log-warnings.js';
import { startFailure } from '@outbell/shared/start-failure.js';
import { createApi } from '../../api/src/http/create-api.js';
import { createWorker, startWorker } from '../../worker/src/create-worker.js';

// API and worker in one process, for small installations. With TRANSPORT=memory it needs a PostgreSQL and nothing else.
try {
  const config = loadConfig();
  const { values } = config;
  armFailpoints(values.FAILPOINTS);
  const worker = await createWorker(config);
  const api = await createApi(config);
  logWarnings();
  exitAfter(values.SHUTDOWN_DELAY_MS + values.SHUTDOWN_TIMEOUT_MS);
  await startWorker(worker, values.WORKER_PORT, values.WORKER_HOST);
  await api.listen(values.API_PORT, values.API_HOST);
} catch (error) {
  process.stderr.write(`${startFailure(error, 'API_PORT')}\n`);
  process.exit(1);
}
