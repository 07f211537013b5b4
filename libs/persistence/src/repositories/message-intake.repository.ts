import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SubscriberRegistry } from '../engine/outbox/subscriber-registry.js';
import { SUBSCRIBERS } from '../engine/outbox/subscribers.js';
import { changedCount } from '../statements.js';
import { columnsOf, extrasOf, INSERT_MESSAGES, INSERT_WITH_EXTRAS, type Insertion, isPlain } from './message-insert.js';
import { dedupeNamespace, type NewMessage } from './new-message.js';

/** What a request is known by, before it is a message. */
export type KeyedRequest = Pick<NewMessage, 'id' | 'tenantId' | 'source' | 'dedupeKey'>;

/** The message that an earlier request under the same key made. */
export interface EarlierMessage {
  /** The id that was meant for the repeat, and is not used. */
  askedId: string;
  id: string;
  createdAt: Date;
  bodyHash: string;
}

/** The one way a message row comes to be. */
@Injectable()
export class MessageIntakeRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly subscribers: SubscriberRegistry = SUBSCRIBERS,
  ) {}

  /**
   * Writes messages with their first event, all or none. A message whose dedupe key is taken (by an earlier request, or by an earlier
   * item of these) is left out; `findEarlier` tells which one took it.
   */
  async insert(messages: NewMessage[]): Promise<Insertion> {
    const heard = this.subscribers.addListeners(messages);
    const [insertion] = heard.every(isPlain)
      ? await INSERT_MESSAGES.run(this.dataSource, columnsOf(heard))
      : await INSERT_WITH_EXTRAS.run(this.dataSource, [...columnsOf(heard), ...extrasOf(heard)]);
    if (!insertion) throw new Error('an insert answers with one row');
    return insertion;
  }

  /** Whose dedupe key is taken, and by which message; the others are not among the answers. */
  async findEarlier(requests: KeyedRequest[]): Promise<EarlierMessage[]> {
    return this.dataSource.query<EarlierMessage[]>(
      `SELECT asked.id AS "askedId", d.message_id AS id, d.created_at AS "createdAt", encode(d.body_hash, 'hex') AS "bodyHash"
       FROM json_to_recordset($1) AS asked (id uuid, "tenantId" uuid, "dedupeNamespace" text, "dedupeKey" text)
       JOIN message_dedupe d ON d.tenant_id = asked."tenantId" AND d.dedupe_namespace = asked."dedupeNamespace"
         AND d.dedupe_key = decode(asked."dedupeKey", 'hex')`,
      [JSON.stringify(requests.map(keyOf))],
    );
  }

  /**
   * Forgets dedupe keys older than `months`, as their messages have left with their partitions: at most `limit` of them, for a month's
   * worth in one statement would hold up vacuum and replicas. None while another process is at it.
   *
   * @returns how many; fewer than `limit` when none are left to this process
   */
  pruneDedupe(months: number, limit: number): Promise<number> {
    return changedCount(
      this.dataSource,
      `DELETE FROM message_dedupe WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM message_dedupe
         WHERE created_at < date_trunc('month', now()) - make_interval(months => $1)
           AND (SELECT pg_try_advisory_xact_lock(hashtext('outbell.dedupe')))
         LIMIT $2))`,
      [months, limit],
    );
  }
}

function keyOf({ id, tenantId, source, dedupeKey }: KeyedRequest) {
  return { id, tenantId, dedupeNamespace: dedupeNamespace(source), dedupeKey };
}
