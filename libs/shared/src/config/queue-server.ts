/** Servers that carry the queue, by the scheme of the URL that names one. Nothing else looks at that scheme. */
const SERVERS = { redis: 'redis', rediss: 'redis', postgres: 'postgres', postgresql: 'postgres' } as const;

type Scheme = keyof typeof SERVERS;
export type QueueServer = (typeof SERVERS)[Scheme];

/** Matches the URLs that `queueServerOf` knows. */
export const QUEUE_URL = new RegExp(`^(${Object.keys(SERVERS).join('|')})://`);

/** @param url one that QUEUE_URL matches, as every checked configuration holds */
export function queueServerOf(url: string): QueueServer {
  return SERVERS[url.slice(0, url.indexOf(':')) as Scheme];
}
