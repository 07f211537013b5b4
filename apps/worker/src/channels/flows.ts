import type { ProviderRegistry } from '@outbell/providers/registry.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { LANES, WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { deliveryTopic, MESSAGE_QUEUE, type Topic } from '@outbell/shared/constants/topics.js';
import type { Flow } from '@outbell/transport/consumer.js';
import type { Flows } from '@outbell/transport/event-server.js';

/**
 * Lists what a worker takes from its broker: the lanes of the channels that this installation delivers. A wake-up is a
 * batch by itself: it names up to a hundred messages.
 *
 * @throws for a channel without provider: its messages would be accepted and wait for ever
 */
export function flowsOf({ values }: Config, providers: ProviderRegistry): Flows {
  for (const channel of values.CHANNELS) {
    if (providers.typesOf(channel).length === 0)
      throw new Error(`CHANNELS names ${channel}, which has no provider; take it out`);
  }
  const flow = { concurrency: values.WORKER_CONCURRENCY, batch: 1 };
  const flows = new Map<Topic, Flow>(
    values.CHANNELS.flatMap((channel) => LANES.map((lane) => [deliveryTopic(channel, lane), flow])),
  );
  // Publishers of ids know Redis Streams alone.
  if (values.TRANSPORT === 'redis-streams') flows.set(MESSAGE_QUEUE, { ...flow, batch: WAKE_UP_SIZE });
  return flows;
}
