import { loadConfig } from '@outbell/shared/config/load-config.js';
import { createWorker } from './create-worker.js';
import { exitAfter } from './shutdown-limit.js';

const config = loadConfig();
const worker = await createWorker(config);
exitAfter('SIGTERM', config.values.SHUTDOWN_TIMEOUT_MS);
await worker.listen(config.values.WORKER_PORT, config.values.WORKER_HOST);
