import type { Channel } from '@outbell/shared/constants/channels.js';
import { SmtpProvider } from './email/smtp.provider.js';
import type { ProviderType } from './provider.js';

/** Every vendor this installation can speak to. A new one is its file, its spec and one line here. */
export const PROVIDERS: readonly ProviderType[] = [entry(SmtpProvider)];

/** The provider of that name, if there is one and it serves that channel. */
export function findProvider(channel: Channel, name: string): ProviderType | undefined {
  return PROVIDERS.find((provider) => provider.channel === channel && provider.providerName === name);
}

/** All providers of a channel: what a connection of it may name. */
export function providersOf(channel: Channel): ProviderType[] {
  return PROVIDERS.filter((provider) => provider.channel === channel);
}

/** The list forgets which credentials each takes; whoever makes one has checked them against its `Credentials`. */
function entry<C extends object>(provider: ProviderType<C>): ProviderType {
  return provider as unknown as ProviderType;
}
