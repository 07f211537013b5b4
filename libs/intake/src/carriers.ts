import { Injectable } from '@nestjs/common';
import { ConnectionRepository } from '@outbell/persistence/repositories/connection.repository.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import type { ProviderType } from '@outbell/providers/provider.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import { obstructing, type Trait, TRAITS } from '@outbell/shared/cargo.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { PendingMessage } from './pending-message.js';

/** Refuses what none of a tenant's connections carries: it would only be rejected when its turn comes. */
@Injectable()
export class Carriers {
  /** Those whose providers do not all carry the same. */
  private readonly channels: ReadonlySet<Channel>;

  constructor(
    private readonly connections: ConnectionRepository,
    private readonly providers: ProviderRegistry,
    private readonly installation: InstallationConnections,
  ) {
    const choosy = providers.all.filter(({ cannotCarry }) => cannotCarry);
    this.channels = new Set(choosy.map(({ channel }) => channel));
  }

  /** One statement for all that not every provider of their channel carries; none where there are none. */
  async check(pending: PendingMessage[]): Promise<void> {
    const special = pending.filter((entry) => this.mayBeRefused(entry));
    if (special.length === 0) return;
    const pairs = special.map(({ request: { tenantId, channel } }) => ({ tenantId, channel }));
    const active = await this.connections.activeProviders(pairs);
    for (const entry of special) {
      const { tenantId, channel } = entry.request;
      const own = active.get(`${tenantId} ${channel}`);
      // Who has no connection yet may still get one that carries it: it waits.
      const types = own
        ? own.map((name) => this.providers.find(channel, name))
        : this.installation.connectionsOf(channel).map(({ type }) => type);
      const errors = this.errors(entry, types);
      if (errors.length > 0) entry.refuse(errors);
    }
  }

  private mayBeRefused(entry: PendingMessage): boolean {
    const { mode, channel } = entry.request;
    if (mode !== 'live' || !this.channels.has(channel)) return false;
    const { traits } = entry;
    return (
      traits.length > 0 &&
      this.providers.typesOf(channel).some(({ cannotCarry = [] }) => obstructing(traits, cannotCarry))
    );
  }

  /** One error for each thing that is in the way; none when a connection carries it, or none is there. */
  private errors({ request, traits }: PendingMessage, types: (ProviderType | undefined)[]): FieldError[] {
    const inTheWay = types.map((type) => obstructing(traits, type?.cannotCarry ?? []));
    const found = inTheWay.filter((trait): trait is Trait => trait !== null);
    if (found.length < inTheWay.length) return [];
    const able = this.providers
      .typesOf(request.channel)
      .filter(({ cannotCarry = [] }) => obstructing(traits, cannotCarry) === null);
    const names = able.map(({ providerName }) => providerName).join(' or ');
    const mend = names === '' ? 'no provider does' : `add one of ${names}`;
    return [...new Set(found)].map((trait) => {
      const { field, text } = TRAITS[trait];
      const named = field === 'to' && request.toContact !== undefined ? 'to_contact' : field;
      return {
        field: named,
        code: 'cannot_carry',
        message: `no active ${request.channel} connection carries ${text}; ${mend}`,
      };
    });
  }
}
