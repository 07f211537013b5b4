import type { Capabilities, TransportConnection, TransportDriver } from '../transport-driver.js';
import { BullMqServer } from './bullmq.server.js';
import { BullMqTransport } from './bullmq.transport.js';
import { examinePostgres } from './examine-postgres.js';
import { examineRedis } from './examine-redis.js';
import { PostgresConnection } from './postgres.connection.js';
import type { QueueConnection, WakeUpWorkerOptions } from './queue-connection.js';
import { RedisConnection } from './redis.connection.js';

const capabilities: Capabilities = { priorityInLane: true, exactDepth: true, redelivers: true };

export const BULLMQ_REDIS: TransportDriver = {
  capabilities,
  connect: async (url) => bothSides(await RedisConnection.open(url)),
  examine: examineRedis,
};

export const BULLMQ_POSTGRES: TransportDriver = {
  capabilities,
  connect: async (url, consumers) => bothSides(await PostgresConnection.open(url, consumers)),
  examine: examinePostgres,
};

/** @param options other times than BullMQ's own (tests) */
export function bothSides(connection: QueueConnection, options?: WakeUpWorkerOptions): TransportConnection {
  const client = new BullMqTransport(connection);
  return {
    client,
    server: new BullMqServer(connection, options),
    async close() {
      await client.close();
      await connection.close();
    },
  };
}
