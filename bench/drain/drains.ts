import type { Bench } from '../harness/bench.js';
import type { Entry } from '../harness/section.js';
import { Installation, type QueueKind } from '../installation/installation.js';
import type { Vendor } from '../installation/tenants.js';
import { Sink } from '../sinks/sink.js';
import { Drain } from './drain.js';

const TENANTS = 10;

/** Where a drain's messages go. */
interface Place {
  name: string;
  title: string;
  /** Messages of a round, in full and with --quick: some seconds' worth. */
  count: [full: number, quick: number];
  protocol: 'http' | 'smtp' | null;
  vendor(port: number): Vendor;
}

const IN_PROCESS: Place = {
  name: 'in-process',
  title: 'an in-process provider',
  count: [20_000, 8_000],
  protocol: null,
  vendor: () => ({ provider: 'in-process', credentials: {} }),
};

const HTTP: Place = {
  name: 'http',
  title: 'an HTTP sink',
  count: [20_000, 6_000],
  protocol: 'http',
  vendor: (port) => ({ provider: 'http-sink', credentials: { url: `http://127.0.0.1:${port}` } }),
};

const SMTP: Place = {
  name: 'smtp',
  title: 'an SMTP sink',
  count: [5_000, 1_000],
  protocol: 'smtp',
  vendor: (port) => ({
    provider: 'smtp',
    credentials: { host: '127.0.0.1', port, security: 'none', max_connections: 10 },
  }),
};

const QUEUES: Record<QueueKind, string> = {
  redis: 'queue on Redis',
  postgres: 'queue on PostgreSQL',
  'redis-streams': 'Redis Streams',
  memory: 'queue in memory',
};

/** A drain to each place, over BullMQ; to the HTTP sink over every transport. */
export const DRAINS: Entry[] = [
  ...[IN_PROCESS, HTTP, SMTP].flatMap((place) => [drain(place, 'redis'), drain(place, 'postgres')]),
  ...(['redis-streams', 'memory'] as const).map((queue) => drain(HTTP, queue)),
];

function drain(place: Place, queue: QueueKind): Entry {
  return {
    name: `drain-${place.name}-${queue}`,
    onlyFull: place !== IN_PROCESS && queue !== 'redis',
    make: (bench) => startDrain(bench, place, queue),
  };
}

async function startDrain(bench: Bench, place: Place, queue: QueueKind): Promise<Drain> {
  const sink = place.protocol && (await Sink.start(place.protocol));
  const installation = await Installation.make(bench, queue);
  return Drain.start({
    name: `drain-${place.name}-${queue}`,
    title: `Outbell: whole delivery to ${place.title}, ${QUEUES[queue]}`,
    count: bench.size(...place.count),
    installation,
    tenants: await installation.makeTenants(TENANTS, place.vendor(sink?.port ?? 0)),
    sink,
  });
}
