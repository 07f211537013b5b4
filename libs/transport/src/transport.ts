import type { Channel } from '@outbell/shared/constants/channels.js';
import type { Priority } from '@outbell/shared/constants/priorities.js';
import type { Lane } from '@outbell/shared/constants/queues.js';

/** "Have a look at these messages": all that a queue ever holds. Losing, doubling or reordering one does no harm. */
export interface WakeUp {
  channel: Channel;
  lane: Lane;
  /** Within its lane the more urgent goes first. */
  priority: Priority;
  /** Message ids, at most WAKE_UP_SIZE. */
  ids: string[];
}

/**
 * Carries wake-ups from those who know of due messages to the workers. Everything here answers or throws within
 * seconds: a broker that hangs holds up neither an accept nor a round of dispatch.
 */
export abstract class Transport {
  /**
   * Hands over wake-ups, all or some: whoever publishes must not rely on it, dispatch repeats what led to nothing.
   *
   * @throws when the broker cannot be reached or does not answer
   */
  abstract publish(wakeUps: WakeUp[]): Promise<void>;

  /**
   * Counts how many wake-ups of a lane wait for a worker.
   *
   * @throws when the broker cannot be reached or does not answer
   */
  abstract depth(channel: Channel, lane: Lane): Promise<number>;

  /** @throws when the broker does not answer */
  abstract ping(): Promise<void>;
}
