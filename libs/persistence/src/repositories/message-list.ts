import type { Channel } from '@outbell/shared/constants/channels.js';
import { needsAttention, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { idFloor } from '@outbell/shared/uuid.js';
import type { Repository, SelectQueryBuilder } from 'typeorm';
import type { MessageEntity } from '../entities/message.entity.js';

/** Describes what a list is narrowed to; all given conditions hold. */
export interface MessageFilter {
  status?: MessageStatus | undefined;
  reason?: string | undefined;
  channel?: Channel | undefined;
  mode?: 'live' | 'test' | undefined;
  tag?: string | undefined;
  recipient?: string | undefined;
  /** Id or address. */
  sender?: string | undefined;
  /** Id or name. */
  template?: string | undefined;
  /** Keys and values of it. */
  metadata?: [key: string, value: string][] | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  /** Only messages older than this id: the last one of the page before. */
  before?: string | undefined;
}

export interface FoundMessages {
  rows: MessageEntity[];
  /** The oldest message that was looked at, when older ones were not; else null. */
  scannedTo: string | null;
}

/** Messages that one list looks at, where no index leads to those it wants: a look at 20,000 takes some 50 ms. */
export const MOST_SCANNED = 20_000;

/**
 * A page of a tenant's messages, newest first. Conditions without an index are looked for in the newest MOST_SCANNED of
 * the time asked for.
 */
export async function listMessages(
  messages: Repository<MessageEntity>,
  tenantId: string,
  filter: MessageFilter,
  limit: number,
): Promise<FoundMessages> {
  const query = ofTenant(messages, tenantId, filter).limit(limit);
  const floor = isScan(filter) ? await scanFloor(ofTenant(messages, tenantId, filter)) : null;
  if (floor !== null) query.andWhere('m.id >= :floor', { floor });
  narrow(query, filter);
  const rows = await query.getMany();
  return { rows, scannedTo: rows.length < limit ? floor : null };
}

function ofTenant(messages: Repository<MessageEntity>, tenantId: string, filter: MessageFilter) {
  const query = messages.createQueryBuilder('m').where('m.tenantId = :tenantId', { tenantId }).orderBy('m.id', 'DESC');
  // Ids begin with their time, so that a span of time is a span of ids, and of partitions.
  if (filter.createdAfter) query.andWhere('m.id >= :after', { after: idFloor(filter.createdAfter) });
  if (filter.createdBefore) query.andWhere('m.id < :until', { until: idFloor(filter.createdBefore) });
  if (filter.before) query.andWhere('m.id < :before', { before: filter.before });
  return query;
}

/** Tells whether no index but that of the tenant leads to what is asked for. */
function isScan({ status, reason, channel, mode, tag, recipient, sender, template, metadata }: MessageFilter): boolean {
  if (tag ?? recipient ?? (status && needsAttention(status))) return false;
  return (status ?? reason ?? channel ?? mode ?? sender ?? template ?? metadata) !== undefined;
}

/** The id down to which a scan goes; null: to the end. */
async function scanFloor(query: SelectQueryBuilder<MessageEntity>): Promise<string | null> {
  const row = await query
    .select('m.id', 'id')
    .offset(MOST_SCANNED - 1)
    .limit(1)
    .getRawOne<{ id: string }>();
  return row?.id ?? null;
}

function narrow(query: SelectQueryBuilder<MessageEntity>, filter: MessageFilter): void {
  const { status, reason, channel, mode, tag, recipient, sender, template, metadata = [] } = filter;
  if (status) query.andWhere(`m.${needsAttention(status) ? 'attention_status' : 'status'} = :status`, { status });
  if (reason) query.andWhere('m.reason = :reason', { reason });
  if (channel) query.andWhere('m.channel = :channel', { channel });
  if (mode) query.andWhere('m.mode = :mode', { mode });
  if (tag) query.andWhere('m.tags @> ARRAY[:tag]', { tag });
  if (recipient) query.andWhere('m.recipient = :recipient', { recipient });
  if (sender) query.andWhere(`m.sender_id IN (${SENDERS})`, { sender });
  if (template) query.andWhere(`m.template_version_id IN (${VERSIONS})`, { template });
  for (const [index, [key, value]] of metadata.entries()) {
    query.andWhere(`m.metadata ->> :key${index} = :value${index}`, { [`key${index}`]: key, [`value${index}`]: value });
  }
}

// Email addresses are stored in lower case; names of SMS senders as they are.
const SENDERS = `SELECT s.id FROM sender s
  WHERE s.tenant_id = :tenantId AND (s.address IN (:sender, lower(:sender)) OR s.id::text = lower(:sender))`;
const VERSIONS = `SELECT v.id FROM template t JOIN template_version v ON v.template_id = t.id
  WHERE t.tenant_id = :tenantId AND (t.name = :template OR t.id::text = lower(:template))`;
