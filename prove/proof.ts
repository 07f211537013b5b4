import { groupBy } from '@outbell/shared/grouping.js';
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

/**
 * Plays all runs: those on either queue one after the other, the two queues beside each other, and beside both what takes long.
 *
 * @throws when it is ended from outside
 */
export async function prove(runs: readonly Run[], options: ProofOptions): Promise<RunResult[]> {
  const worlds = new Set<World>();
  const sequences = groupBy(runs, ({ queue, scenario }) => `${queue} ${scenario.long === true}`);
  const played = [...sequences.values()].map((sequence) => playAll(sequence, worlds, options));
  const ended = options.signal && once(options.signal, 'abort').then(() => leave(worlds));
  const results = await Promise.race([Promise.all(played), ...(ended ? [ended] : [])]);
  return results.flat();
}

async function leave(worlds: ReadonlySet<World>): Promise<never> {
  await Promise.allSettled([...worlds].map((world) => world.close()));
  throw new Error('interrupted');
}

/** Runs on one queue, in one world, as long as nothing breaks in it. */
async function playAll(runs: readonly Run[], worlds: Set<World>, options: ProofOptions): Promise<RunResult[]> {
  const { seed, quick, onResult } = options;
  const results: RunResult[] = [];
  let world: World | undefined;
  const close = async () => {
    if (world) worlds.delete(world);
    await world?.close();
    world = undefined;
  };
  try {
    for (const run of runs) {
      world ??= await World.open(run.queue);
      worlds.add(world);
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
