import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import type { Outcome, SuppressionReason } from '@outbell/shared/outcome.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';
import type { MessageEventType } from '../entities/message-event.entity.js';
import { type ArrayItem, arrayOf, columnsOf, idRange, quoted } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import type { ClaimedMessage } from './claimed-message.js';
import { CLAIM, MARK_SENDING, PAUSED, RELEASE } from './delivery-statements.js';
import { unschedule } from './fragments.js';
import { holdBackOthers } from './hold-back.js';
import { SETTLE } from './settle-statement.js';

/** Describes what is known before the call: enough to tell, after a crash, what may have happened. */
export interface AttemptStart {
  id: string;
  fence: number;
  connectionId: string | null;
  /** Of the connection; null with it. */
  connectionVersion: number | null;
  provider: string;
}

/** Describes what a delivery leads to: the message's next state, and the fact to be remembered. */
export interface Settlement {
  id: string;
  fence: number;
  status: MessageStatus;
  /** Null when nothing new happened: it waits on for what it has waited for. */
  event: MessageEventType | null;
  outcome: Outcome['kind'];
  reason: string | null;
  /** What was seen, as JSON. */
  detail: object | null;
  /** The attempt it ends; null when no provider was called. */
  attempt: number | null;
  /** How long ago the provider was called, in milliseconds; null when it was not. */
  calledMsAgo: number | null;
  providerMessageId: string | null;
  /** Milliseconds from now until it is due again; null when it is not queued again. */
  dueAfterMs: number | null;
  /** For how long after the due time its slot of the rate limiter is good, in milliseconds; null when it holds none. */
  slotGraceMs: number | null;
  suppress: SuppressionReason | null;
  /** Of it; default: `all`. */
  suppressScope?: SuppressionScope | null | undefined;
  /** The connection at which it waits for a place until it is due again; null when it waits for none. */
  permitAt: string | null;
  /** The subscriber that hears of this result, whoever else listens to the message; null: none. */
  listener: string | null;
}

/** Its sender or its tenant was paused after it had been claimed. */
export type PausedMessage = Pick<ClaimedMessage, 'id' | 'senderStatus' | 'tenantPause'>;

/**
 * The statements of a delivery. Each takes a batch; each but the first counts only for the holder of the message's
 * fence.
 */
@Injectable()
export class DeliveryRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Takes hold of those of `ids` that are due, of this channel, and in nobody's hands. The fence grows, so that what a
   * former holder still writes no longer counts.
   */
  async claim(channel: Channel, ids: string[], leaseMs: number): Promise<ClaimedMessage[]> {
    if (ids.length === 0) return [];
    return CLAIM.run(this.dataSource, [arrayOf(ids), channel, leaseMs, ...idRange(ids)]);
  }

  /**
   * Says, before any provider is called, that these are about to be: from here on a crash means `unknown`.
   *
   * @returns the attempt's number by message id; who is missing has lost its lease, or is `paused`, and must not be
   * sent
   */
  async markSending(starts: AttemptStart[], leaseMs: number): Promise<Map<string, number>> {
    if (starts.length === 0) return new Map();
    const rows = await MARK_SENDING.run(this.dataSource, [
      ...columnsOf(starts, 'id', 'fence', 'connectionId', 'provider', 'connectionVersion').map(arrayOf),
      leaseMs,
      ...idRange(starts.map(({ id }) => id)),
    ]);
    return new Map(rows.map((row) => [row.id, row.number]));
  }

  /** Those that were not marked because of a pause. */
  async paused(messages: { id: string; fence: number }[]): Promise<PausedMessage[]> {
    if (messages.length === 0) return [];
    return this.dataSource.query<PausedMessage[]>(PAUSED, heldBy(messages));
  }

  /**
   * Records what became of messages, with their attempts, events and suppressions, in one statement.
   *
   * Late evidence under the same fence puts right what maintenance has meanwhile called `unknown`, also when the tenant
   * has queued it again since: what turns out to be sent is not sent a second time. Who was claimed for an address that
   * is suppressed by this is held back.
   *
   * @returns the ids that were recorded; who is missing has passed into other hands
   */
  async settle(settlements: Settlement[]): Promise<Set<string>> {
    if (settlements.length === 0) return new Set();
    const column = (of: (settlement: Settlement) => ArrayItem) => arrayOf(settlements.map(of));
    const rows = await SETTLE.run(this.dataSource, [
      ...columnsOf(settlements, 'id', 'fence', 'status', 'event', 'outcome').map(arrayOf),
      column(({ reason }) => quoted(reason)),
      column(({ detail }) => quoted(detail && JSON.stringify(detail))),
      column(({ providerMessageId }) => quoted(providerMessageId)),
      ...columnsOf(settlements, 'attempt', 'calledMsAgo', 'dueAfterMs', 'slotGraceMs', 'permitAt', 'listener').map(
        arrayOf,
      ),
      column(({ suppress, suppressScope }) => suppress && `${suppress} ${suppressScope ?? 'all'}`),
      column(() => newId()),
      ...idRange(settlements.map(({ id }) => id)),
    ]);
    await this.removeUnseen(rows);
    await holdBackOthers(
      this.dataSource,
      settlements.filter(({ suppress }) => suppress !== null).map(({ id }) => id),
    );
    return new Set(rows.map((row) => row.id));
  }

  /**
   * SETTLE does not see what others wrote in this very moment: the wake of a tenant's retry, the attempt that
   * maintenance has ended.
   */
  private async removeUnseen(rows: { id: string; fence: number; requeued: boolean; unused: boolean }[]): Promise<void> {
    const requeued = rows.filter((row) => row.requeued).map(({ id }) => id);
    if (requeued.length > 0) await this.dataSource.query(unschedule('SELECT unnest($1::uuid[])'), [requeued]);
    const unused = rows.filter((row) => row.unused);
    if (unused.length > 0)
      await this.dataSource.query(
        `DELETE FROM message_attempt a USING unnest($1::uuid[], $2::int[]) AS unused (id, fence)
         WHERE a.message_id = ANY($1) AND a.message_id = unused.id AND a.fence = unused.fence`,
        columnsOf(unused, 'id', 'fence'),
      );
  }

  /**
   * Gives claimed messages back: a step failed as a whole, and no provider was called for them. An attempt that was
   * begun is taken back. It counts as a crash: should one of them be the cause, they travel alone from now on, and only
   * that one ends.
   */
  async release(messages: { id: string; fence: number }[]): Promise<void> {
    if (messages.length === 0) return;
    await RELEASE.run(this.dataSource, heldBy(messages));
  }

  /** Lets messages go alone when they come up again: they held up their worker. Nothing for those that are done. */
  async isolate(ids: string[]): Promise<void> {
    await this.dataSource.query('UPDATE message_schedule SET isolate = true WHERE message_id = ANY($1::uuid[])', [ids]);
  }
}

/** Messages in the caller's hands as parameters: ids, fences, and the range of the ids. */
function heldBy(messages: { id: string; fence: number }[]): string[] {
  return [...columnsOf(messages, 'id', 'fence').map(arrayOf), ...idRange(messages.map(({ id }) => id))];
}
