import type { Config } from '@outbell/shared/config/config.schema.js';
import type { Flows } from '../event-server.js';
import type { TransportConnection, TransportDriver } from '../transport-driver.js';
import { BullMqServer } from './bullmq.server.js';
import { BullMqTransport } from './bullmq.transport.js';
import { examinePostgres } from './examine-postgres.js';
import { examineRedis } from '../redis/examine-redis.js';
import { PostgresConnection } from './postgres.connection.js';
import type { QueueConnection, QueueWorkerOptions } from './queue-connection.js';
import { RedisConnection } from './redis.connection.js';

/** BullMQ, on the server that QUEUE_URL names. */
export const driver: TransportDriver = {
  capabilities: { priorityInLane: true, exactDepth: true, redelivers: true, standsAlone: true },

  async connect(config: Config, flows?: Flows) {
    const { QUEUE_URL } = config.values;
    const connection =
      config.queueServer === 'redis'
        ? await RedisConnection.open(QUEUE_URL)
        : await PostgresConnection.open(QUEUE_URL, flows?.size);
    return bothSides(connection, flows);
  },

  examine({ queueServer, values }) {
    return queueServer === 'redis' ? examineRedis(values.QUEUE_URL) : examinePostgres(values.QUEUE_URL);
  },
};

/** @param options other times than BullMQ's own (tests) */
export function bothSides(
  connection: QueueConnection,
  flows?: Flows,
  options?: QueueWorkerOptions,
): TransportConnection {
  const client = new BullMqTransport(connection);
  return {
    client,
    server: new BullMqServer(connection, flows, options),
    async close() {
      await client.close();
      await connection.close();
    },
  };
}
