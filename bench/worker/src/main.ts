import { entry, ProviderRegistry, PROVIDERS } from '@outbell/providers/registry.js';
import { loadConfig } from '@outbell/shared/config/load-config.js';
import { exitAfter } from '@outbell/shared/exit-after.js';
import { createWorker, startWorker } from '../../../apps/worker/src/create-worker.js';
import { HttpSinkProvider } from './http-sink.provider.js';
import { InProcessProvider } from './in-process.provider.js';
import { serveKept } from './serve-kept.js';

// The worker as it is, with two vendors more, and one question it answers.
const config = loadConfig();
const providers = new ProviderRegistry([...PROVIDERS.all, entry(InProcessProvider), entry(HttpSinkProvider)]);
const worker = await createWorker(config, providers);
serveKept(worker);
exitAfter(config.values.SHUTDOWN_TIMEOUT_MS);
await startWorker(worker, config.values.WORKER_PORT, config.values.WORKER_HOST);
