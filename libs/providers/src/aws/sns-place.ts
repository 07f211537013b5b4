/**
 * SNS itself, in one of its regions, and nothing else of the URL left to choose: the host exactly, without port or
 * user.
 */
const SNS_ORIGIN = /^https:\/\/sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?\//;

/** Whether a URL leads to SNS itself. */
export function isAtSns(url: string): boolean {
  return SNS_ORIGIN.test(url);
}

/**
 * What a URL says after the place of SNS; undefined when it leads anywhere else.
 *
 * @param standIn the connection's `base_url`: who stands in for the vendor is believed for that connection, under its
 * origin and path
 */
export function restAtSns(url: string, standIn: string | undefined): string | undefined {
  const place = SNS_ORIGIN.exec(url)?.[0] ?? placeOf(standIn);
  if (place === undefined || !url.startsWith(place)) return undefined;
  // Written as it is called: no `..` out of the path, no user, nothing that two parsers read differently.
  return isAtSns(url) || canonical(url) === url ? url.slice(place.length) : undefined;
}

function placeOf(standIn: string | undefined): string | undefined {
  return standIn === undefined ? undefined : canonical(standIn)?.replace(/\/*$/, '/');
}

function canonical(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).href : undefined;
}
