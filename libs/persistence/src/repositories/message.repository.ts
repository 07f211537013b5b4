import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { Repository } from 'typeorm';
import type { ConnectionEntity } from '../entities/connection.entity.js';
import { MessageAttemptEntity } from '../entities/message-attempt.entity.js';
import { MessageEventEntity } from '../entities/message-event.entity.js';
import { MessageEntity } from '../entities/message.entity.js';
import { type FallbackSeen, seeFallbacks } from '../engine/fallback.repository.js';
import { type FoundMessages, listMessages, type MessageFilter } from './message-list.js';
import { RESENDS } from '../engine/outbox/resends.subscriber.js';
import { resendLookAt } from '../engine/resend.repository.js';
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

/** Describes what a message would meet if it were delivered this moment. */
export interface DeliveryContext {
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
  permitAt: string | null;
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
  constructor(@InjectRepository(MessageEntity) private readonly messages: Repository<MessageEntity>) {}

  find(tenantId: string, id: string): Promise<MessageEntity | null> {
    return this.messages.findOneBy({ tenantId, id });
  }

  /** The message with its events and attempts, oldest first. An attempt under way is the last, and has not ended. */
  async history(tenantId: string, id: string): Promise<MessageHistory | null> {
    const { manager } = this.messages;
    const where = { tenantId, messageId: id };
    const [message, events, attempts, related, lookAt] = await Promise.all([
      this.find(tenantId, id),
      manager.find(MessageEventEntity, { where, order: { at: 'ASC', id: 'ASC' } }),
      manager.find(MessageAttemptEntity, { where, order: { number: 'ASC' } }),
      seeFallbacks(manager.dataSource, tenantId, id),
      resendLookAt(manager.dataSource, tenantId, id),
    ]);
    if (!message) return null;
    const resend = message.listeners?.includes(RESENDS.name) ? { lookAt } : null;
    return { message, events, attempts: [...attempts, ...underWay(message)], ...related, resend };
  }

  /** @throws when the message is not the tenant's */
  async deliveryContext(tenantId: string, id: string): Promise<DeliveryContext> {
    const [row] = await this.messages.manager.query<[DeliveryContext]>(
      `SELECT now(), s.status AS "senderStatus", s.status_reason AS "senderReason", s.address AS "senderAddress",
         s.verified_over AS "senderVerifiedOver", p.reason AS suppression, p.created_at AS "suppressedSince",
         p.scope AS "suppressionScope", p.topic AS "suppressionTopic", w.run_at AS "runAt",
         w.connection_id AS "permitAt", c.connections
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
    return listMessages(this.messages, tenantId, filter, limit);
  }
}

/** Written when it has ended; until then the message itself tells of it. */
function underWay(message: MessageEntity): AttemptSeen[] {
  if (message.status !== 'sending') return [];
  const { id, tenantId, fence, attempts, connectionId, provider, updatedAt } = message;
  const call = { messageId: id, number: attempts, tenantId, fence, connectionId, startedAt: updatedAt };
  const open = { endedAt: null, outcome: null, reason: null, detail: null, providerMessageId: null };
  return [{ ...call, provider: provider ?? '', ...open }];
}
