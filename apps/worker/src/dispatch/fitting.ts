import type { DueMessage } from '@outbell/persistence/engine/dispatch.repository.js';
import { WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';

/**
 * Which of the messages fit into `free` wake-ups, and which have to wait. Isolated ones travel alone, a wake-up
 * each: while others wait, they get half of the room.
 */
export function fitting(messages: DueMessage[], free: number): { now: DueMessage[]; later: DueMessage[] } {
  const isolated = messages.filter(({ isolate }) => isolate);
  const others = messages.filter(({ isolate }) => !isolate);
  const left = free - Math.ceil(others.length / WAKE_UP_SIZE);
  const alone = isolated.slice(0, Math.max(left, Math.ceil(free / 2)));
  const together = others.slice(0, (free - alone.length) * WAKE_UP_SIZE);
  return {
    now: [...alone, ...together],
    later: [...isolated.slice(alone.length), ...others.slice(together.length)],
  };
}
