import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import type { Bench } from '../harness/bench.js';
import type { Entry } from '../harness/section.js';
import { Installation } from '../installation/installation.js';
import { ApiLoad } from './api-load.js';

/** As many messages as a batch may have, and a few batches at once. */
const BATCH = { path: '/v1/messages/batch', size: 1_000, connections: 4 };
const SINGLE = { path: '/v1/messages', size: 1, connections: 64 };

/** The real API, and beside it one that only takes the same DTO. */
export const ACCEPT: Entry[] = [
  {
    name: 'accept-batch',
    make: (bench) =>
      start(bench, 'accept-batch', 'Outbell: accept in batches of 1,000', 'api', {
        ...BATCH,
        requests: bench.size(40, 20),
      }),
  },
  {
    name: 'accept-single',
    make: (bench) =>
      start(bench, 'accept-single', 'Outbell: accept one by one, 64 in flight', 'api', {
        ...SINGLE,
        requests: bench.size(12_000, 6_000),
      }),
  },
  {
    name: 'accept-empty-post',
    make: (bench) =>
      start(bench, 'accept-empty-post', 'Empty Nest/Fastify POST of the same DTO, 64 in flight', 'bench-api', {
        ...SINGLE,
        requests: bench.size(12_000, 6_000),
      }),
  },
];

async function start(
  bench: Bench,
  name: string,
  title: string,
  app: 'api' | 'bench-api',
  shape: { path: string; size: number; connections: number; requests: number },
): Promise<ApiLoad> {
  const installation = await Installation.make(bench, 'redis');
  const [tenant] = await installation.makeTenants(1, { provider: 'smtp', credentials: {} });
  const sender = tenant?.senderIds[0];
  if (!tenant || !sender) throw new Error('there is no tenant to send');
  const { key, prefix, secretHash } = newApiKey('live');
  await new ApiKeyRepository(installation.dataSource).create(tenant.id, {
    name: 'bench',
    mode: 'live',
    prefix,
    secretHash,
    scopes: ['messages:write'],
    expiresAt: null,
    createdAt: new Date(),
  });
  const api = await installation.start(app);
  const load = { ...shape, url: api.url, key, sender };
  return ApiLoad.start({ name, title, load, api, installation, writes: app === 'api' });
}
