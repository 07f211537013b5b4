import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { Expiry } from '@outbell/providers/provider.js';

/** When it is worthless, for vendors that take that into account. From the claim to here it takes a moment. */
export function expiryOf({ expiresAt, expiresInMs }: ClaimedMessage): Expiry | undefined {
  if (expiresAt === null || expiresInMs === null || expiresInMs === undefined) return undefined;
  return { at: expiresAt, by: performance.now() + expiresInMs };
}
