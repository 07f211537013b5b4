import { EventEmitter } from 'node:events';
import type { Topic } from '@outbell/shared/constants/topics.js';
import type { Verdict } from '../verdict.js';

/** Something that waits in a topic. */
export interface Entry {
  payload: unknown;
  /** The lower goes first. */
  rank: number;
  tries: number;
  /** Tells what became of it, once and for all. */
  decide(verdict: Verdict): void;
}

/** The queues of one process. */
export class MemoryBroker {
  private readonly queues = new Map<Topic, Entry[]>();
  private readonly listeners = new Map<Topic, number>();
  private readonly arrivals = new EventEmitter().setMaxListeners(0);

  /** Whether anybody in this process takes from a topic. */
  isConsumed(topic: Topic): boolean {
    return (this.listeners.get(topic) ?? 0) > 0;
  }

  /** Calls `take` now and whenever something arrives in a topic. @returns ends it */
  subscribe(topic: Topic, take: () => void): () => void {
    this.listeners.set(topic, (this.listeners.get(topic) ?? 0) + 1);
    this.arrivals.on(topic, take);
    take();
    return () => {
      this.arrivals.off(topic, take);
      this.listeners.set(topic, (this.listeners.get(topic) ?? 1) - 1);
    };
  }

  /** Adds an entry, behind those of its rank. */
  add(topic: Topic, entry: Entry): void {
    const queue = this.queueOf(topic);
    const place = queue.findLastIndex(({ rank }) => rank <= entry.rank) + 1;
    queue.splice(place, 0, entry);
    this.arrivals.emit(topic);
  }

  /** Takes what is next, at most `count` entries. */
  take(topic: Topic, count: number): Entry[] {
    return this.queueOf(topic).splice(0, count);
  }

  depth(topic: Topic): number {
    return this.queueOf(topic).length;
  }

  private queueOf(topic: Topic): Entry[] {
    let queue = this.queues.get(topic);
    if (!queue) this.queues.set(topic, (queue = []));
    return queue;
  }
}
