import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ProviderRegistry } from '@outbell/providers/registry.js';
import { createWorker, startWorker as start } from '../../apps/worker/src/create-worker.js';
import { testConfig } from './config.js';

/** Times short enough for a test to see a retry or a rescue. */
const SWIFT = {
  OUTBOUND_ALLOW: '127.0.0.0/8',
  DISPATCH_INTERVAL_MS: '20',
  MAINTENANCE_INTERVAL_MS: '100',
  RETRY_DELAY_MS: '50',
  RETRY_FACTOR: '1',
  RETRY_ATTEMPTS: '3',
};

/** A worker in this process, on a test's database. @param providers default: those of the release */
export async function startWorker(
  settings: Record<string, string>,
  providers?: ProviderRegistry,
): Promise<NestFastifyApplication> {
  const worker = await createWorker(testConfig({ ...SWIFT, ...settings }), providers);
  await start(worker, 0, '127.0.0.1');
  return worker;
}
