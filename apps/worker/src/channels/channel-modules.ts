import type { Type } from '@nestjs/common';
import type { ProviderRegistry } from '@outbell/providers/registry.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { EmailModule } from './email/email.module.js';

/** The Nest module that delivers a channel. */
const MODULES: Partial<Record<Channel, Type>> = {
  email: EmailModule,
};

/**
 * The modules of the channels that this installation delivers.
 *
 * @throws for a channel without processor or provider: its messages would be accepted and wait for ever
 */
export function channelModules(channels: Channel[], providers: ProviderRegistry): Type[] {
  return channels.map((channel) => {
    const module = MODULES[channel];
    if (!module) throw new Error(`CHANNELS names ${channel}, which has no processor in this release; take it out`);
    if (providers.of(channel).length === 0)
      throw new Error(`CHANNELS names ${channel}, which has no provider; take it out`);
    return module;
  });
}
