import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `look` gives something (not undefined, null or false), and gives it back. */
export async function until<T>(look: () => Promise<T | undefined | null | false>, timeoutMs = 15_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms`);
    await pause(20);
  }
}
