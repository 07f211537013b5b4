import type { KeyMode } from '@outbell/shared/api-key.js';
import type { Scope } from '@outbell/shared/constants/scopes.js';

/** Who asks: the API key a request came with. Every query of the request is made for its `tenantId`. */
export interface AuthenticatedKey {
  keyId: string;
  tenantId: string;
  /** The public half of the key, for audit lines. */
  prefix: string;
  mode: KeyMode;
  scopes: readonly Scope[];
  /** Requests it may make, as `600/min`; empty: what API_RATE_LIMIT says. */
  rateLimit: string;
  /** Null: it does not end by itself. */
  expiresAt: Date | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on every route under /v1. */
    key?: AuthenticatedKey;
  }
}
