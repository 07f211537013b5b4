import type { ConnectionSeen } from '@outbell/persistence/repositories/message.repository.js';
import type { InstallationConnection } from '@outbell/providers/installation-connections.js';
import type { Traits } from '@outbell/shared/cargo.js';
import type { CodeOver } from '@outbell/shared/constants/verified-over.js';

/** A connection that has carried a message of the tenant, or may. */
export interface KnownConnection extends Omit<ConnectionSeen, 'name'> {
  /** Null for one of the installation. */
  name: string | null;
  /** What its provider does not carry; absent: it carries everything. */
  cannotCarry?: Traits | undefined;
}

/**
 * The tenant's own connections of a channel, and the installation's, which take its messages while none of its own is
 * active.
 *
 * @param cannotCarry what a provider of that name does not carry
 * @param codeOver of a message with a sender's code: those that it goes by alone
 */
export function knownConnections(
  own: ConnectionSeen[],
  shared: InstallationConnection[],
  cannotCarry: (provider: string) => Traits | undefined = () => undefined,
  codeOver?: CodeOver,
): KnownConnection[] {
  const active = codeOver ? codeOver === 'installation' : !own.some((connection) => connection.active);
  const its = own.map((connection) => ({ ...connection, cannotCarry: cannotCarry(connection.provider) }));
  const installation = shared.map(({ id, type: { providerName: provider, cannotCarry } }, priority) => {
    return { id, name: null, provider, priority, weight: 1, conditions: null, active, cannotCarry };
  });
  return codeOver === 'installation' ? installation : [...its, ...installation];
}

/** Names a connection for a reader, as far as it is known. */
export function called(id: unknown, connections: readonly KnownConnection[]): Record<string, unknown> {
  const known = connections.find((connection) => connection.id === id);
  if (!known) return {};
  const { provider, name } = known;
  return name === null ? { provider, installation: true } : { provider, name };
}
