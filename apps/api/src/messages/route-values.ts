import type { MessageAttemptEntity } from '@outbell/persistence/entities/message-attempt.entity.js';
import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import type { ConnectionSeen } from '@outbell/persistence/repositories/message.repository.js';
import { chooseRoute } from '@outbell/planning/route.js';

type Values = Record<string, unknown>;

/** Which connection was called, and why no other one. */
export function takenRoute({ connectionId, provider, detail }: MessageAttemptEntity): Values {
  return { connection_id: connectionId, provider, ...excludedOf(detail) };
}

/** What was written down when none could be taken. */
export function toldRoute(told: Values): Values {
  return { ...withoutRoute(told), ...excludedOf(told) };
}

/** Which connection would take it now, for all that is known here: whether one is out of order, workers know. */
export function routeNow({ id, recipient, priority, tags }: MessageEntity, connections: ConnectionSeen[]): Values {
  const active = connections.filter((connection) => connection.active);
  const { chosen, excluded } = chooseRoute(active, { id, recipient, priority, tags, tried: [] }, () => null);
  const inactive = connections
    .filter((connection) => !connection.active)
    .map((connection) => ({ connection: connection.id, reason: 'inactive' }));
  const others = [...excluded, ...inactive];
  return {
    connection_id: chosen?.id ?? null,
    provider: chosen?.provider ?? null,
    ...(others.length > 0 && { excluded: others }),
  };
}

export function withoutRoute(detail: Values | null): Values {
  const { route: _, ...rest } = detail ?? {};
  return rest;
}

function excludedOf(detail: Values | null): Values {
  const route = detail?.['route'] as { excluded: unknown } | undefined;
  return route ? { excluded: route.excluded } : {};
}
