import type { FastifyRequest } from 'fastify';

/**
 * Whether the sandbox takes these credentials: all that look as the vendor's do, but for those with `wrong` in them, so
 * that a refusal can be had without setting anything up.
 */
export function isRight(credential: string | undefined, form = /./): credential is string {
  return credential !== undefined && form.test(credential) && !/wrong/i.test(credential);
}

/** User and password of `Authorization: Basic`. */
export function basicOf({ headers }: FastifyRequest): [user: string, password: string] | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}
