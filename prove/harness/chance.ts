import { createHash } from 'node:crypto';
import { seededRandom } from '@outbell/shared/seeded-random.js';

/** What is left to chance in a run: the same again under the same seed. */
export class Chance {
  private readonly random: () => number;

  /** @param seed of the whole proof @param run what tells this run from its others */
  constructor(seed: number, run: string) {
    this.random = seededRandom(createHash('sha256').update(`${seed} ${run}`).digest().readUInt32BE());
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  /** The items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.random() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }
}
