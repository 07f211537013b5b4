/** SNS itself, in one of its regions: the host exactly, without port or user. */
const SNS_ORIGIN = /^https:\/\/sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?\//;

/** Tells whether a URL leads to SNS itself. */
export function isAtSns(url: string): boolean {
  return SNS_ORIGIN.test(url);
}

/**
 * Gives what follows SNS's origin in a URL; undefined when it leads anywhere else.
 *
 * @param standIn the connection's `base_url`, believed for that connection as SNS is, under its origin and path
 */
export function pathAtSns(url: string, standIn: string | undefined): string | undefined {
  const base = SNS_ORIGIN.exec(url)?.[0] ?? (standIn && canonical(standIn)?.replace(/\/*$/, '/'));
  if (!base || !url.startsWith(base)) return undefined;
  // Written as it is called: no `..` out of the path, no user, nothing that two parsers read differently.
  return isAtSns(url) || canonical(url) === url ? url.slice(base.length) : undefined;
}

function canonical(url: string): string | undefined {
  return URL.parse(url)?.href;
}
