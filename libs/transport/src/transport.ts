import type { Channel } from '@outbell/shared/constants/channels.js';
import type { Priority } from '@outbell/shared/constants/priorities.js';
import type { Lane } from '@outbell/shared/constants/queues.js';
import type { NotificationTopic, Topic } from '@outbell/shared/constants/topics.js';

/** "Have a look at these messages": ids of due messages. Losing, doubling or reordering one does no harm. */
export interface WakeUp {
  channel: Channel;
  lane: Lane;
  /** Within its lane the more urgent goes first, where the broker can. */
  priority: Priority;
  /** Message ids, at most WAKE_UP_SIZE. */
  ids: string[];
}

/**
 * Carries wake-ups from those who know of due messages to the workers, and notification events from those who know what
 * happened. Everything here answers or throws within seconds: a broker that hangs holds up neither an accept nor a
 * round of dispatch.
 */
export abstract class Transport {
  /**
   * Hands over wake-ups, all or some: whoever publishes must not rely on it, dispatch repeats what led to nothing.
   *
   * @throws when the broker cannot be reached or does not answer
   */
  abstract publish(wakeUps: WakeUp[]): Promise<void>;

  /**
   * Hands over notification events. Resolves when the broker has confirmed all of them: from then on none is lost.
   *
   * @param events anything that JSON can hold
   * @throws when the broker cannot be reached, does not answer or did not take one; some may have been taken
   */
  abstract emit(topic: NotificationTopic, events: readonly unknown[]): Promise<void>;

  /**
   * Counts the items of a topic that wait for a worker; an estimate where the broker has no better.
   *
   * @throws when the broker cannot be reached or does not answer
   */
  abstract depth(topic: Topic): Promise<number>;

  /** @throws when the broker does not answer */
  abstract ping(): Promise<void>;
}
