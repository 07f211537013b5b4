import type { ProviderRegistry } from '@outbell/providers/registry.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { LANES } from '@outbell/shared/constants/queues.js';
import { deliveryTopic } from '@outbell/shared/constants/topics.js';
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
  return new Map(values.CHANNELS.flatMap((channel) => LANES.map((lane) => [deliveryTopic(channel, lane), flow])));
}
