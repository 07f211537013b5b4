import type { Consumer, Subscription } from '../consumer.js';
import { EventServer, type Flows } from '../event-server.js';
import type { TransportConnection, TransportDriver } from '../transport-driver.js';
import { MemoryBroker } from './memory-broker.js';
import { MemoryConsumer } from './memory.consumer.js';
import { MemoryTransport } from './memory.transport.js';

/** The one of this process: API and worker meet in it. */
const BROKER = new MemoryBroker();

/** Queues within one process, for API and worker in one (`npm run all-in-one`). */
export const driver: TransportDriver = {
  capabilities: { priorityInLane: true, exactDepth: false, redelivers: false, standsAlone: false },
  connect: (_config, flows) => Promise.resolve(bothSides(BROKER, flows)),
  examine: () => Promise.resolve([{ status: 'ok', found: 'wake-ups and events stay in the process' }]),
};

/** Connects to a broker of one's own (tests). */
export function bothSides(broker: MemoryBroker, flows?: Flows): TransportConnection {
  return {
    client: new MemoryTransport(broker),
    server: new MemoryServer(broker, flows),
    close: () => Promise.resolve(),
  };
}

class MemoryServer extends EventServer {
  constructor(
    private readonly broker: MemoryBroker,
    flows?: Flows,
  ) {
    super(flows);
  }

  override consume(subscription: Subscription): Consumer {
    return new MemoryConsumer(this.broker, subscription);
  }
}
