/** What an API key may do. A route names the one scope it needs; a route that names none is closed. */
export const SCOPES = [
  'messages:write',
  'messages:read',
  'templates:write',
  'templates:read',
  'senders:write',
  'senders:read',
  'connections:write',
  'connections:read',
  'suppressions:write',
  'suppressions:read',
  'contacts:write',
  'contacts:read',
  'keys:write',
  'keys:read',
  'tenant:write',
  'tenant:read',
] as const;
export type Scope = (typeof SCOPES)[number];
