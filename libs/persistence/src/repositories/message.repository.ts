import { Injectable } from '@nestjs/common';
import type { VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { DataSource } from 'typeorm';
import type { ConnectionEntity } from '../entities/connection.entity.js';
import { MessageAttemptEntity } from '../entities/message-attempt.entity.js';
import { MessageEventEntity } from '../entities/message-event.entity.js';
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

/** A tenant's messages as the API shows them. */
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
