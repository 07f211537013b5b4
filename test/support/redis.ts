import { inject } from 'vitest';

let taken = 0;

/**
 * URL of an empty numbered database of the run's Redis. A server with few databases gives a test file's numbers away
 * again, so a spec cleans up after itself.
 */
export function testRedisUrl(): string {
  const { url, databases } = inject('redis');
  const workers = 8; // more than vitest starts here: each has its own range, as they share no counter
  const worker = (Number(process.env['VITEST_POOL_ID'] ?? 1) - 1) % workers;
  const share = Math.max(1, Math.floor(databases / workers));
  const number = worker * share + (taken++ % share);
  const own = new URL(url);
  own.pathname = `/${number}`;
  return own.href;
}
