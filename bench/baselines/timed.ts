/** @returns how long the work took, in seconds */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

/** Counts down from `count`: `done` resolves with the last call of `one`. */
export function countdown(count: number): { one(): void; done: Promise<void> } {
  let left = count;
  let resolve: () => void;
  const done = new Promise<void>((resolved) => (resolve = resolved));
  const one = () => {
    if (--left === 0) resolve();
  };
  return { one, done };
}
