import type { AttemptSeen } from '@outbell/persistence/repositories/message.repository.js';
import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import { chooseRoute, NOT_VERIFIED_FOR_INSTALLATION } from '@outbell/planning/route.js';
import { traitsOf } from '@outbell/channels/traits.js';
import { servesInstallation, type VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import { called, type KnownConnection } from './known-connections.js';

type Values = Record<string, unknown>;

/** A connection that was not taken, and why. */
interface Excluded {
  connection: string;
  reason: string;
  /** What of the message it does not carry. */
  what?: string;
}

/** Which connection was called, and why no other one. */
export function takenRoute({ connectionId, provider, detail }: AttemptSeen, connections: KnownConnection[]): Values {
  return {
    connection_id: connectionId,
    provider,
    ...called(connectionId, connections),
    ...excludedOf(detail, connections),
  };
}

/** Shows what was recorded when no connection could be taken. */
export function recordedRoute(detail: Values, connections: KnownConnection[]): Values {
  return {
    ...withoutRoute(detail),
    ...called(detail['connection_id'], connections),
    ...excludedOf(detail, connections),
  };
}

/** Which connection would take it now, for all that is known here: whether one is out of order, workers know. */
export function routeNow(
  { id, channel, recipient, priority, tags, content }: MessageEntity,
  sender: { senderAddress?: string; senderVerifiedOver: VerifiedOver },
  connections: KnownConnection[],
): Values {
  const active = connections.filter((connection) => connection.active);
  const traits = traitsOf({ channel, recipient, senderAddress: sender.senderAddress, content });
  const isShutOut = !servesInstallation(sender.senderVerifiedOver) && content?.code_over === undefined;
  const { chosen, excluded } = chooseRoute(active, { id, recipient, priority, tags, traits, tried: [] }, ({ name }) =>
    name === null && isShutOut ? NOT_VERIFIED_FOR_INSTALLATION : null,
  );
  const inactive = connections
    .filter(({ active: serves, name }) => !serves && name !== null)
    .map((connection) => ({ connection: connection.id, reason: 'inactive' }));
  return {
    connection_id: chosen?.id ?? null,
    provider: null,
    ...called(chosen?.id, connections),
    ...shown([...excluded, ...inactive], connections),
  };
}

export function withoutRoute(detail: Values | null): Values {
  const { route: _, ...rest } = detail ?? {};
  return rest;
}

function excludedOf(detail: Values | null, connections: KnownConnection[]): Values {
  const route = detail?.['route'] as { excluded: Excluded[] } | undefined;
  return route ? shown(route.excluded, connections) : {};
}

function shown(excluded: Excluded[], connections: KnownConnection[]): Values {
  if (excluded.length === 0) return {};
  return {
    excluded: excluded.map(({ connection, ...why }) => ({ connection, ...called(connection, connections), ...why })),
  };
}
