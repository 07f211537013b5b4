import { Injectable } from '@nestjs/common';
import { CANCELABLE, RETRYABLE } from '@outbell/shared/constants/message-status.js';
import type { VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';
import type { ConnectionEntity } from '../entities/connection.entity.js';
import { MessageAttemptEntity } from '../entities/message-attempt.entity.js';
import { MessageEventEntity, type MessageEventType } from '../entities/message-event.entity.js';
import { MessageEntity } from '../entities/message.entity.js';
import { type FallbackSeen, seeFallbacks } from '../engine/fallback.repository.js';
import { type FoundMessages, listMessages, type MessageFilter } from './message-list.js';
import { seeResend } from '../engine/resend.repository.js';
import { MET } from '../engine/suppression-statements.js';

/** An attempt that has ended, or the one under way. */
export type AttemptSeen = Omit<MessageAttemptEntity, 'endedAt' | 'outcome'> & {
  endedAt: Date | null;
  outcome: MessageAttemptEntity['outcome'] | null;
};

export interface MessageHistory {
  message: MessageEntity;
  events: MessageEventEntity[];
  attempts: AttemptSeen[];
  /** In the order in which they go. */
  fallbacks: FallbackSeen[];
  /** The message it was made for as a fallback. */
  fallbackOf: string | null;
  /** Null: it is not sent again should nobody know whether it was. */
  resend: { lookAt: Date | null } | null;
}

/** What a message would meet if it were delivered this moment. */
export interface Circumstances {
  now: Date;
  senderStatus: 'pending' | 'verified' | 'paused';
  senderReason: string | null;
  senderAddress?: string;
  senderVerifiedOver: VerifiedOver;
  suppression: string | null;
  suppressedSince: Date | null;
  suppressionScope: SuppressionScope | null;
  suppressionTopic: string | null;
  /** When dispatch publishes it next; null when it never will. */
  runAt: Date | null;
  /** The connection at which it waits for a place; null: at none. */
  placeAt: string | null;
  /** The tenant's connections of its channel, by priority. */
  connections: ConnectionSeen[];
}

/** A connection as far as routes are concerned. */
export type ConnectionSeen = Pick<
  ConnectionEntity,
  'id' | 'name' | 'provider' | 'priority' | 'weight' | 'conditions' | 'active'
>;

/** A tenant's messages as the API shows and changes them. */
@Injectable()
export class MessageRepository {
  constructor(private readonly dataSource: DataSource) {}

  find(tenantId: string, id: string): Promise<MessageEntity | null> {
    return this.dataSource.getRepository(MessageEntity).findOneBy({ tenantId, id });
  }

  /** The message with its events and attempts, oldest first. An attempt under way is the last, and has not ended. */
  async history(tenantId: string, id: string): Promise<MessageHistory | null> {
    const [message, events, attempts, related, resend] = await Promise.all([
      this.find(tenantId, id),
      this.dataSource.getRepository(MessageEventEntity).find({
        where: { tenantId, messageId: id },
        order: { at: 'ASC', id: 'ASC' },
      }),
      this.dataSource.getRepository(MessageAttemptEntity).find({
        where: { tenantId, messageId: id },
        order: { number: 'ASC' },
      }),
      seeFallbacks(this.dataSource, tenantId, id),
      seeResend(this.dataSource, tenantId, id),
    ]);
    return message && { message, events, attempts: [...attempts, ...underWay(message)], ...related, resend };
  }

  /** @throws when the message is not the tenant's */
  async circumstances(tenantId: string, id: string): Promise<Circumstances> {
    const [row] = await this.dataSource.query<[Circumstances]>(
      `SELECT now(), s.status AS "senderStatus", s.status_reason AS "senderReason", s.address AS "senderAddress",
         s.verified_over AS "senderVerifiedOver", p.reason AS suppression, p.created_at AS "suppressedSince",
         p.scope AS "suppressionScope", p.topic AS "suppressionTopic", w.run_at AS "runAt",
         w.connection_id AS "placeAt", c.connections
       FROM message m
       JOIN sender s ON s.id = m.sender_id AND s.tenant_id = m.tenant_id
       LEFT JOIN ${MET}
       LEFT JOIN message_schedule w ON w.message_id = m.id
       CROSS JOIN LATERAL (
         SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'provider', provider, 'priority', priority,
           'weight', weight, 'conditions', conditions, 'active', active) ORDER BY priority, id), '[]') AS connections
         FROM connection WHERE tenant_id = m.tenant_id AND channel = m.channel
       ) AS c
       WHERE m.tenant_id = $1 AND m.id = $2`,
      [tenantId, id],
    );
    return row;
  }

  /** A page of messages, newest first. */
  list(tenantId: string, filter: MessageFilter, limit: number): Promise<FoundMessages> {
    return listMessages(this.dataSource, tenantId, filter, limit);
  }

  /**
   * Takes back a message that nobody has begun to deliver, with its fallbacks. One that may have been sent, and waits to be repeated, cannot
   * be.
   *
   * @returns whether it was still there to be taken back
   */
  cancel(tenantId: string, id: string): Promise<boolean> {
    return this.change(
      `UPDATE message SET status = 'canceled', reason = 'canceled_by_tenant', updated_at = now()
       WHERE tenant_id = $1 AND id = $2 AND status = ANY($6) AND maybe_sent_at IS NULL`,
      `DELETE FROM message_schedule WHERE message_id IN (SELECT id FROM changed)
       ), fallen AS (
         UPDATE message_fallback SET state = 'canceled', run_at = NULL, request = NULL
         WHERE message_id IN (SELECT id FROM changed) AND state = 'waiting'`,
      { tenantId, id, event: 'canceled', reason: 'canceled_by_tenant' },
      [CANCELABLE],
    );
  }

  /**
   * Queues a dead, `unknown` or expired message again, by the tenant's explicit choice, with a full set of attempts. For an `unknown`
   * one the person may get it twice: the timeline says so.
   *
   * @param attempts how many more attempts it gets
   * @returns whether it was in a state to be queued again
   */
  requeue(tenantId: string, id: string, attempts: number): Promise<boolean> {
    return this.change(
      `UPDATE message SET status = 'queued', reason = NULL, lost_leases = 0, attempt_limit = attempts + $6, due_at = now(),
         failovers = 0, tried_connection_ids = NULL, maybe_sent_at = NULL,
         expires_at = CASE WHEN expires_at > now() THEN expires_at END, updated_at = now()
       WHERE tenant_id = $1 AND id = $2 AND status = ANY($7)`,
      `INSERT INTO message_schedule (message_id, tenant_id, channel, priority, due_at, run_at)
       SELECT id, tenant_id, channel, priority, due_at, due_at FROM changed`,
      { tenantId, id, event: 'requeued', reason: 'requeued_by_tenant' },
      [attempts, RETRYABLE],
    );
  }

  private async change(update: string, wake: string, fact: Fact, more: unknown[]): Promise<boolean> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `WITH before AS (SELECT status FROM message WHERE tenant_id = $1 AND id = $2),
       changed AS (${update} RETURNING id, tenant_id, channel, priority, due_at),
       wake AS (${wake})
       INSERT INTO message_event (message_id, id, tenant_id, type, at, reason, detail)
       SELECT id, $3, tenant_id, $4, now(), $5, jsonb_build_object('was', before.status) FROM changed, before
       RETURNING message_id AS id`,
      [fact.tenantId, fact.id, newId(), fact.event, fact.reason, ...more],
    );
    return rows.length > 0;
  }
}

interface Fact {
  tenantId: string;
  id: string;
  event: MessageEventType;
  reason: string;
}

/** Written when it has ended; until then the message itself tells of it. */
function underWay(message: MessageEntity): AttemptSeen[] {
  if (message.status !== 'sending') return [];
  const { id, tenantId, fence, attempts, connectionId, provider, updatedAt } = message;
  const attempt = { messageId: id, number: attempts, tenantId, fence, connectionId, provider, startedAt: updatedAt };
  return [
    {
      ...attempt,
      provider: provider ?? '',
      endedAt: null,
      outcome: null,
      reason: null,
      detail: null,
      providerMessageId: null,
    },
  ];
}
