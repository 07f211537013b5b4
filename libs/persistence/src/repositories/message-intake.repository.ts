import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { DataSource } from 'typeorm';
import type { InlineContent } from '../entities/message.entity.js';
import { changedCount } from '../statements.js';

/** A message about to be accepted. Ids and keys are made by the caller; times of day are the database's. */
export interface NewMessage {
  id: string;
  eventId: string;
  tenantId: string;
  channel: Channel;
  mode: 'live' | 'test';
  /** PRIORITY_RANK of the priority. */
  priority: number;
  senderId: string;
  recipient: string;
  templateVersionId: string | null;
  variables: Record<string, unknown> | null;
  content: InlineContent | null;
  metadata: Record<string, unknown> | null;
  tags: string[] | null;
  /** Null: now. */
  dueAt: Date | null;
  expiresAt: Date | null;
  /** Milliseconds from being due until dispatch publishes it; 0 when no wake-up is under way. */
  wakeAfterMs: number;
  /** SHA-256, hex. Null: a repeat cannot be told. */
  dedupeKey: string | null;
  /** SHA-256 of what was asked, hex: tells a repeat from another request under the same key. */
  bodyHash: string | null;
}

/** What a request is known by, before it is a message. */
export type KeyedRequest = Pick<NewMessage, 'id' | 'tenantId' | 'dedupeKey'>;

/** The message that an earlier request under the same key made. */
export interface EarlierMessage {
  /** The id that was meant for the repeat, and is not used. */
  askedId: string;
  id: string;
  createdAt: Date;
  bodyHash: string;
}

export interface InsertedMessage {
  id: string;
  createdAt: Date;
}

/** The one way a message row comes to be. */
@Injectable()
export class MessageIntakeRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Writes messages with their first event, all or none. A message whose dedupe key is taken (by an earlier request, or by an earlier
   * item of these) is left out; `findEarlier` tells which one took it.
   */
  async insert(messages: NewMessage[]): Promise<InsertedMessage[]> {
    return this.dataSource.query<InsertedMessage[]>(INSERT, [JSON.stringify(messages)]);
  }

  /** Whose dedupe key is taken, and by which message; the others are not among the answers. */
  async findEarlier(requests: KeyedRequest[]): Promise<EarlierMessage[]> {
    return this.dataSource.query<EarlierMessage[]>(
      `SELECT asked.id AS "askedId", d.message_id AS id, d.created_at AS "createdAt", encode(d.body_hash, 'hex') AS "bodyHash"
       FROM json_to_recordset($1) AS asked (id uuid, "tenantId" uuid, "dedupeKey" text)
       JOIN message_dedupe d ON d.tenant_id = asked."tenantId" AND d.dedupe_key = decode(asked."dedupeKey", 'hex')`,
      [JSON.stringify(requests.map(({ id, tenantId, dedupeKey }) => ({ id, tenantId, dedupeKey })))],
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

// One statement, so one round trip and one commit for any number. The keys are inserted in order: two requests with the same keys wait
// for each other, they never lock each other out; whoever waited then sees the other's row as a conflict.
const INSERT = `
  WITH asked AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1) AS asked (
      id uuid, "eventId" uuid, "tenantId" uuid, channel text, mode text, priority smallint, "senderId" uuid, recipient text,
      "templateVersionId" uuid, variables json, content json, metadata json, tags text[], "dueAt" timestamptz,
      "expiresAt" timestamptz, "wakeAfterMs" int, "dedupeKey" text, "bodyHash" text)
  ), won AS (
    INSERT INTO message_dedupe (tenant_id, dedupe_key, body_hash, message_id, created_at)
    SELECT "tenantId", decode("dedupeKey", 'hex'), decode("bodyHash", 'hex'), id, now()
    FROM asked WHERE "dedupeKey" IS NOT NULL ORDER BY "tenantId", "dedupeKey"
    ON CONFLICT DO NOTHING
    RETURNING message_id
  ), fresh AS (
    SELECT *, coalesce("dueAt", now()) AS due FROM asked
    WHERE "dedupeKey" IS NULL OR id IN (SELECT message_id FROM won)
  ), event AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at)
    SELECT id, "eventId", "tenantId", 'queued', now() FROM fresh
  ), wake AS (
    INSERT INTO message_wake (message_id, tenant_id, channel, priority, due_at, wake_at)
    SELECT id, "tenantId", channel, priority, due, due + "wakeAfterMs" * interval '1 ms' FROM fresh
  )
  INSERT INTO message (id, tenant_id, channel, mode, status, priority, due_at, expires_at, sender_id, recipient,
    template_version_id, variables, content, metadata, tags, created_at, updated_at)
  SELECT id, "tenantId", channel, mode, 'queued', priority, due, "expiresAt", "senderId",
    recipient, "templateVersionId", variables, content, metadata, tags, now(), now()
  FROM fresh
  RETURNING id, created_at AS "createdAt"`;
