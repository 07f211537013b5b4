import { until } from './until.js';

/** Waits as `until` does, for what processes of their own do: on a busy machine they take their time. */
export function patiently<T>(look: () => Promise<T | undefined | null | false>): Promise<T> {
  return until(look, 60_000);
}
