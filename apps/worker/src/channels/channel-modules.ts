import type { DynamicModule } from '@nestjs/common';
import type { ProviderRegistry } from '@outbell/providers/registry.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { ChannelModule } from './channel.module.js';

/**
 * The modules of the channels that this installation delivers: each costs three consumers of the queue, and the others
 * nothing.
 *
 * @throws for a channel without provider: its messages would be accepted and wait for ever
 */
export function channelModules(channels: Channel[], providers: ProviderRegistry): DynamicModule[] {
  return [...new Set(channels)].map((channel) => {
    if (providers.typesOf(channel).length === 0)
      throw new Error(`CHANNELS names ${channel}, which has no provider; take it out`);
    return ChannelModule.forChannel(channel);
  });
}
