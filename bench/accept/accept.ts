import type { Bench } from '../harness/bench.js';
import type { Entry } from '../harness/section.js';
import { Installation } from '../installation/installation.js';
import { issueKeys } from '../installation/keys.js';
import type { Tenant } from '../installation/tenants.js';
import { ApiLoad } from './api-load.js';
import type { Load } from './load.js';

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
  shape: Shape,
): Promise<ApiLoad> {
  const installation = await Installation.make(bench, 'redis');
  const tenants = await installation.makeTenants(1, { provider: 'smtp', credentials: {} });
  return startLoad({ name, title, app, shape, installation, tenants });
}

/** What the requests of a round are. */
type Shape = Omit<Load, 'url' | 'clients'>;

/** Starts the app on an installation that is there, and what makes requests of these tenants to it. */
export async function startLoad(options: {
  name: string;
  title: string;
  app: 'api' | 'bench-api';
  shape: Shape;
  installation: Installation;
  tenants: Tenant[];
}): Promise<ApiLoad> {
  const { name, title, app, shape, installation, tenants } = options;
  const clients = await issueKeys(installation.dataSource, tenants);
  const api = await installation.start(app);
  const load = { ...shape, url: api.url, clients };
  return ApiLoad.start({ name, title, load, api, installation, writes: app === 'api' });
}
