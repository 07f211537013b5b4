import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { Detail, Outcome, SuppressionReason } from '@outbell/shared/outcome.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';
import type { InlineContent } from '../entities/message.entity.js';
import type { MessageEventType } from '../entities/message-event.entity.js';
import { idRange } from '../statements.js';

/** A message in the hands of one worker, with all that its delivery asks of the database. */
export interface ClaimedMessage {
  id: string;
  tenantId: string;
  channel: Channel;
  mode: 'live' | 'test';
  priority: number;
  attempts: number;
  attemptLimit: number | null;
  fence: number;
  recipient: string;
  templateVersionId: string | null;
  variables: Record<string, unknown> | null;
  content: InlineContent | null;
  expiresAt: Date | null;
  expired: boolean;
  suppression: SuppressionReason | null;
  /** Why it was deferred the last time; null when it was not. */
  waitedFor: string | null;
  /** It was deferred to a slot of the rate limiter, and the slot is still good: no other is booked. */
  holdsSlot: boolean;
  senderId: string;
  senderAddress: string;
  senderName: string | null;
  senderStatus: 'pending' | 'verified' | 'paused';
  senderRateLimits: string;
  tenantRateLimits: string;
}

/** What is known before the call: enough to tell, after a crash, what may have happened. */
export interface AttemptStart {
  id: string;
  fence: number;
  connectionId: string | null;
  provider: string;
}

/** What a delivery leads to: the message's next state, and the fact to be remembered. */
export interface Settlement {
  id: string;
  fence: number;
  status: MessageStatus;
  /** Null when nothing new happened: it waits on for what it has waited for. */
  event: MessageEventType | null;
  outcome: Outcome['kind'];
  reason: string | null;
  detail: Detail | null;
  /** The attempt it ends; null when no provider was called. */
  attempt: number | null;
  providerMessageId: string | null;
  /** Milliseconds from now until it is due again; null when it is not queued again. */
  dueAfterMs: number | null;
  /** For how long after the due time its slot of the rate limiter is good, in milliseconds; null when it holds none. */
  slotGraceMs: number | null;
  suppress: SuppressionReason | null;
}

/** The statements of a delivery. Each takes a batch; each but the first counts only for the holder of the message's fence. */
@Injectable()
export class DeliveryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes hold of those of `ids` that are due, of this channel, and in nobody's hands. The fence grows, so that what a former holder
   * still writes no longer counts.
   */
  async claim(channel: Channel, ids: string[], leaseMs: number): Promise<ClaimedMessage[]> {
    if (ids.length === 0) return [];
    return this.dataSource.query<ClaimedMessage[]>(CLAIM, [ids, channel, leaseMs, ...idRange(ids)]);
  }

  /**
   * Says, before any provider is called, that these are about to be: from here on a crash means `unknown`. Opens an attempt row for each.
   *
   * @returns the attempt's number by message id; who is missing has lost its lease and must not be sent
   */
  async markSending(starts: AttemptStart[], leaseMs: number): Promise<Map<string, number>> {
    if (starts.length === 0) return new Map();
    const rows = await this.dataSource.query<{ id: string; number: number }[]>(MARK_SENDING, [
      JSON.stringify(starts),
      leaseMs,
      ...idRange(starts.map((start) => start.id)),
    ]);
    return new Map(rows.map((row) => [row.id, row.number]));
  }

  /**
   * Records what became of messages, with their attempts, events and suppressions, in one statement.
   *
   * Late evidence under the same fence puts right what upkeep has meanwhile called `unknown`, also when the tenant has queued it again
   * since: what turns out to be sent is not sent a second time.
   *
   * @returns the ids that were recorded; who is missing has passed into other hands
   */
  async settle(settlements: Settlement[]): Promise<Set<string>> {
    if (settlements.length === 0) return new Set();
    const rows = await this.dataSource.query<{ id: string }[]>(SETTLE, [
      JSON.stringify(settlements.map((settlement) => ({ ...settlement, eventId: newId() }))),
      ...idRange(settlements.map((settlement) => settlement.id)),
    ]);
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Gives claimed messages back: a step failed as a whole, and no provider was called for them. An attempt that was opened is taken
   * back. It counts as a crash: should one of them be the cause, they travel alone from now on, and only that one ends.
   */
  async release(messages: { id: string; fence: number }[]): Promise<void> {
    if (messages.length === 0) return;
    const held = messages.map(({ id, fence }) => ({ id, fence }));
    await this.dataSource.query(RELEASE, [JSON.stringify(held), ...idRange(held.map(({ id }) => id))]);
  }
}

// Skips what another worker is claiming this moment. A booked slot that was missed by far (nobody was there to use it) is void: a
// thousand missed slots used at once would break the limits they were booked under. Who is suppressed or paused is read here, with the row, not by queries of its own.
const CLAIM = `
  WITH free AS (
    SELECT id, reason FROM message
    WHERE id = ANY($1) AND id BETWEEN $4 AND $5 AND channel = $2 AND status = 'queued' AND due_at <= now()
    FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE message m SET status = 'processing', fence = m.fence + 1, reason = NULL, lease_until = now() + $3 * interval '1 ms',
      updated_at = now()
    FROM free WHERE m.id = free.id AND m.id BETWEEN $4 AND $5
    RETURNING m.*, free.reason AS waited_for
  )
  SELECT m.id, m.tenant_id AS "tenantId", m.channel, m.mode, m.priority, m.attempts, m.attempt_limit AS "attemptLimit", m.fence,
    m.recipient, m.template_version_id AS "templateVersionId", m.variables, m.content, m.expires_at AS "expiresAt",
    coalesce(m.expires_at <= now(), false) AS expired, p.reason AS suppression,
    m.waited_for AS "waitedFor", coalesce(m.slot_until > now(), false) AS "holdsSlot",
    s.id AS "senderId", s.address AS "senderAddress", s.name AS "senderName", s.status AS "senderStatus",
    s.rate_limits AS "senderRateLimits", t.rate_limits AS "tenantRateLimits"
  FROM claimed m
  JOIN tenant t ON t.id = m.tenant_id
  JOIN sender s ON s.id = m.sender_id AND s.tenant_id = m.tenant_id
  LEFT JOIN suppression p ON p.tenant_id = m.tenant_id AND p.channel = m.channel AND p.address = m.recipient
  ORDER BY m.priority, m.id`;

const MARK_SENDING = `
  WITH starting AS (
    SELECT * FROM json_to_recordset($1) AS starting (id uuid, fence int, "connectionId" uuid, provider text)
  ), marked AS (
    UPDATE message m SET status = 'sending', attempts = m.attempts + 1, lease_until = now() + $2 * interval '1 ms',
      connection_id = s."connectionId", provider = s.provider, slot_until = NULL, updated_at = now()
    FROM starting s
    WHERE m.id = s.id AND m.id BETWEEN $3 AND $4 AND m.fence = s.fence AND m.status = 'processing' AND m.lease_until > now()
    RETURNING m.id, m.tenant_id, m.attempts, m.fence, m.connection_id, m.provider
  )
  INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at)
  SELECT id, attempts, tenant_id, fence, connection_id, provider, now() FROM marked
  RETURNING message_id AS id, number`;

// A deferral spends no attempt: one that was opened and not used (its turn at the provider did not come in time) is taken back.
// What waits longer than its expiry comes up at its expiry, to be told so.
const SETTLE = `
  WITH settled AS (
    SELECT *, now() + "dueAfterMs" * interval '1 ms' AS due FROM json_to_recordset($1) AS settled (
      id uuid, fence int, status text, event text, outcome text, reason text, detail jsonb, attempt smallint,
      "providerMessageId" text, "dueAfterMs" bigint, "slotGraceMs" bigint, suppress text, "eventId" uuid)
  ), changed AS (
    UPDATE message m SET status = s.status, reason = s.reason, lease_until = NULL, updated_at = now(),
      due_at = CASE WHEN s.due IS NULL THEN m.due_at ELSE least(s.due, m.expires_at) END,
      wake_at = CASE WHEN s.due IS NULL THEN m.wake_at ELSE least(s.due, m.expires_at) END,
      slot_until = coalesce(s.due + s."slotGraceMs" * interval '1 ms', CASE WHEN s.attempt IS NULL THEN m.slot_until END),
      attempts = m.attempts - CASE WHEN s.outcome = 'deferred' AND s.attempt IS NOT NULL THEN 1 ELSE 0 END,
      provider_message_id = coalesce(s."providerMessageId", m.provider_message_id)
    FROM settled s
    WHERE m.id = s.id AND m.id BETWEEN $2 AND $3 AND m.fence = s.fence
      AND (m.status IN ('processing', 'sending')
        OR (m.status = 'unknown' AND (s.outcome <> 'unknown' OR m.reason = 'worker_lost_while_sending'))
        OR (m.status = 'queued' AND s.outcome = 'sent' AND m.attempts = s.attempt))
    RETURNING m.id, m.tenant_id, m.channel, m.recipient
  ), attempt AS (
    UPDATE message_attempt a SET ended_at = now(), outcome = s.outcome, reason = s.reason, detail = s.detail,
      provider_message_id = s."providerMessageId"
    FROM settled s
    WHERE a.message_id = s.id AND a.message_id BETWEEN $2 AND $3 AND a.number = s.attempt AND a.fence = s.fence
      AND s.outcome <> 'deferred'
  ), uncalled AS (
    DELETE FROM message_attempt a USING settled s JOIN changed USING (id)
    WHERE a.message_id = s.id AND a.message_id BETWEEN $2 AND $3 AND a.number = s.attempt AND s.outcome = 'deferred'
  ), suppressed AS (
    INSERT INTO suppression (id, tenant_id, channel, address, reason, evidence)
    SELECT s."eventId", c.tenant_id, c.channel, c.recipient, s.suppress, jsonb_build_object('message_id', c.id, 'reply', s.detail)
    FROM settled s JOIN changed c USING (id) WHERE s.suppress IS NOT NULL
    ON CONFLICT DO NOTHING
  ), event AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT s.id, s."eventId", c.tenant_id, s.event, now(), s.attempt, s.reason, s.detail
    FROM settled s JOIN changed c USING (id) WHERE s.event IS NOT NULL
  )
  SELECT id FROM changed`;

// A short pause: what made the worker give them back is seldom over at once.
const RELEASE = `
  WITH held AS (
    SELECT * FROM json_to_recordset($1) AS held (id uuid, fence int)
  ), uncalled AS (
    DELETE FROM message_attempt a USING held h
    WHERE a.message_id = h.id AND a.message_id BETWEEN $2 AND $3 AND a.fence = h.fence AND a.ended_at IS NULL
    RETURNING a.message_id
  )
  UPDATE message m SET status = 'queued', lease_until = NULL, crashes = m.crashes + 1, updated_at = now(),
    wake_at = now() + (1 + random() * m.crashes) * interval '1 s',
    attempts = m.attempts - (SELECT count(*) FROM uncalled u WHERE u.message_id = m.id)
  FROM held h
  WHERE m.id = h.id AND m.id BETWEEN $2 AND $3 AND m.fence = h.fence AND m.status IN ('processing', 'sending')`;
