/** `host:port/database`: as much of a server's URL as may be shown. */
export function placeOf(url: string): string {
  if (!URL.canParse(url))
    return 'the server (its URL is malformed: a special character of a password is written as %40)';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
