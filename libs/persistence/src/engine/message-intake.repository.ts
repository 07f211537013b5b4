import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InjectEngine } from './engine-data-source.js';
import { columnsOf, extrasOf, INSERT_MESSAGES, INSERT_WITH_EXTRAS, type Insertion, isPlain } from './message-insert.js';
import { dedupeNamespace, type NewMessage } from './new-message.js';
import { SubscriberRegistry } from './outbox/subscriber-registry.js';
import { SUBSCRIBERS } from './outbox/subscribers.js';

/** Describes what a request is known by, before it is a message. */
export type KeyedRequest = Pick<NewMessage, 'id' | 'tenantId' | 'source' | 'dedupeKey'>;

/** The message that an earlier request under the same key made. */
export interface EarlierMessage {
  /** The id that was meant for the repeat, and is not used. */
  askedId: string;
  id: string;
  createdAt: Date;
  bodyHash: string;
}

/** Writes message rows; nobody else does. */
@Injectable()
export class MessageIntakeRepository {
  constructor(
    @InjectEngine() private readonly dataSource: DataSource,
    private readonly subscribers: SubscriberRegistry = SUBSCRIBERS,
  ) {}

  /**
   * Writes messages with their first event, all or none. A message whose dedupe key is taken (by an earlier request, or
   * by an earlier item of these) is left out; `findEarlier` tells which one took it.
   */
  async insert(messages: NewMessage[]): Promise<Insertion> {
    const listened = this.subscribers.addListeners(messages);
    const [insertion] = listened.every(isPlain)
      ? await INSERT_MESSAGES.run(this.dataSource, columnsOf(listened))
      : await INSERT_WITH_EXTRAS.run(this.dataSource, [...columnsOf(listened), ...extrasOf(listened)]);
    if (!insertion) throw new Error('an insert answers with one row');
    return insertion;
  }

  /** Finds whose dedupe key is taken, and by which message; the others are not among the answers. */
  async findEarlier(requests: KeyedRequest[]): Promise<EarlierMessage[]> {
    return this.dataSource.query<EarlierMessage[]>(
      `SELECT asked.id AS "askedId", d.message_id AS id, d.created_at AS "createdAt", encode(d.body_hash,
        'hex') AS "bodyHash"
       FROM json_to_recordset($1) AS asked (id uuid, "tenantId" uuid, "dedupeNamespace" text, "dedupeKey" text)
       JOIN message_dedupe d ON d.tenant_id = asked."tenantId" AND d.dedupe_namespace = asked."dedupeNamespace"
         AND d.dedupe_key = decode(asked."dedupeKey", 'hex')`,
      [JSON.stringify(requests.map(keyOf))],
    );
  }
}

function keyOf({ id, tenantId, source, dedupeKey }: KeyedRequest) {
  return { id, tenantId, dedupeNamespace: dedupeNamespace(source), dedupeKey };
}
