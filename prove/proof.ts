import { once } from 'node:events';
import { World } from './harness/world.js';
import { playRun, type Run, type RunResult } from './run.js';

export interface ProofOptions {
  seed: number;
  quick: boolean;
  /** Ends the proof: what it has started is stopped. */
  signal?: AbortSignal;
  /** Is told of each run as it ends, with what the apps printed in its world. */
  onResult: (result: RunResult, log: string) => void;
}

/** Worlds that are open or being opened. */
type Worlds = Set<Promise<World>>;

/**
 * Plays all runs: those on either queue one after the other, the two queues beside each other, and beside both what
 * takes long.
 *
 * @throws when it is ended from outside
 */
export async function prove(runs: readonly Run[], options: ProofOptions): Promise<RunResult[]> {
  const worlds: Worlds = new Set();
  const sequences = Map.groupBy(runs, ({ queue, scenario }) => (scenario.long === true ? 'long' : queue));
  const played = [...sequences.values()].map((sequence) => playAll(sequence, worlds, options));
  const ended = options.signal && once(options.signal, 'abort').then(() => leave(worlds));
  const results = await Promise.race([Promise.all(played), ...(ended ? [ended] : [])]);
  return results.flat();
}

async function leave(worlds: Worlds): Promise<never> {
  await Promise.allSettled([...worlds].map(async (world) => (await world).close()));
  throw new Error('interrupted');
}

/** One run after the other, in one world as long as nothing breaks in it and the queue is the same. */
async function playAll(runs: readonly Run[], worlds: Worlds, options: ProofOptions): Promise<RunResult[]> {
  const { seed, quick, onResult } = options;
  const results: RunResult[] = [];
  let opening: Promise<World> | undefined;
  const close = async () => {
    if (!opening) return;
    const world = await opening;
    await world.close();
    worlds.delete(opening);
    opening = undefined;
  };
  try {
    for (const run of runs) {
      if (options.signal?.aborted) break;
      if (opening && (await opening).servers.queue !== run.queue) await close();
      opening ??= World.open(run.queue);
      worlds.add(opening);
      const world = await opening;
      const result = await playRun(world, run, seed, quick);
      results.push(result);
      onResult(result, world.log);
      // Whatever is broken must not be blamed on the next.
      if (result.broken.length > 0) await close();
    }
  } finally {
    await close();
  }
  return results;
}
