import type { Consumer, Subscription } from '../consumer.js';
import { EventServer, type Flows } from '../event-server.js';
import { examineRedis } from '../redis/examine-redis.js';
import { openRedis, openRedisInTime } from '../redis/open-redis.js';
import type { TransportConnection, TransportDriver } from '../transport-driver.js';
import { RedisStreamsConsumer, type StreamTimes, TIMES } from './redis-streams.consumer.js';
import { RedisStreamsTransport } from './redis-streams.transport.js';
import { StreamGroup } from './stream-group.js';

/** How long a blocked read may go without an answer, in ms: then its server hangs. Longer than it blocks. */
const BLOCKING_TIMEOUT_MS = 3_000;

/** Redis Streams, on the Redis that QUEUE_URL names. */
export const driver: TransportDriver = {
  capabilities: { priorityInLane: false, exactDepth: true, redelivers: true, standsAlone: true },
  connect: ({ values }, flows) => connectStreams(values.QUEUE_URL, flows),
  examine: ({ values }) => examineRedis(values.QUEUE_URL),
};

/** @param times other than those of production (tests) */
export async function connectStreams(url: string, flows?: Flows, times = TIMES): Promise<TransportConnection> {
  const redis = await openRedisInTime(url);
  return {
    client: new RedisStreamsTransport(redis),
    server: new RedisStreamsServer(redis, url, times, flows),
    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

class RedisStreamsServer extends EventServer {
  constructor(
    private readonly redis: Awaited<ReturnType<typeof openRedisInTime>>,
    private readonly url: string,
    private readonly times: StreamTimes,
    flows?: Flows,
  ) {
    super(flows);
  }

  override consume(subscription: Subscription): Consumer {
    const reader = openRedis(this.url, { blockingTimeout: BLOCKING_TIMEOUT_MS });
    return new RedisStreamsConsumer(new StreamGroup(this.redis, subscription.topic), reader, subscription, this.times);
  }
}
