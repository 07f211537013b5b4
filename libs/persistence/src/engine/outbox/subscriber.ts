import type { EntityManager } from 'typeorm';
import type { MessageEventType } from '../../entities/message-event.entity.js';
import type { OutboxEntity } from '../../entities/outbox.entity.js';
import type { NewMessage } from '../new-message.js';

/** An event of a message's timeline, as its subscribers hear it. */
export type OutboxEvent = Pick<
  OutboxEntity,
  'id' | 'tenantId' | 'messageId' | 'type' | 'at' | 'attempt' | 'reason' | 'detail'
>;

/**
 * Hears what becomes of messages. It has its events and a transaction, and nothing else: what it writes by that
 * transaction counts exactly once, whoever is killed meanwhile. It does not hear of messages that it did not listen to
 * when they were accepted, nor of the acceptance.
 */
export interface Subscriber {
  /** Events are stored under it: unique, and kept. Lower case letters, digits and hyphens. */
  readonly name: string;
  /** The events that it hears; all of a message's timeline if not given. */
  readonly events?: readonly MessageEventType[];
  /**
   * Decides at acceptance, from the new message alone; left out by those whom producers name in `NewMessage.listeners`.
   */
  listensTo?(message: NewMessage): boolean;
  /**
   * Gets a batch, one at a time in the whole installation; the events of one message come in their order. Should it
   * throw, nothing of it counts and each event is handed over by itself; one that fails then comes again later, after
   * others of its message.
   */
  handle(events: readonly OutboxEvent[], tx: EntityManager): Promise<void>;
}
