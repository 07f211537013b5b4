import { Injectable } from '@nestjs/common';
import { isRefusal } from '@outbell/shared/constants/suppression.js';
import { asError } from '@outbell/shared/errors.js';
import { reach } from '@outbell/shared/failpoints.js';
import type { SuppressionReason } from '@outbell/shared/outcome.js';
import { DataSource, type EntityManager } from 'typeorm';
import { isDatabaseAway, isPassing } from '../database-away.js';
import { columnsOf, idRange } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { APPLY } from './apply-statement.js';
import {
  LOCK,
  MATCH,
  MATCH_THESE,
  PAUSE_SENDERS,
  COUNT_FAULT,
  SEARCH_LATER,
  SUPPRESSED_BY,
  toldBy,
} from './delivery-event-statements.js';
import { type Address, awaitInFlight, holdBack } from './hold-back.js';
import { applyWords } from './opt-out-words.js';

/** Evidence that made a statement fail so often is parked, with its error. */
const FAULT_LIMIT = 5;

/** For so many days the message of what matches none is looked for: a result may be hours late. */
const PATIENCE_DAYS = 3;

/** Longest error that is kept, in characters. */
const ERROR_LENGTH = 200;

/**
 * Describes what a round did with delivery events. `unmatched`: no message of its connection was found (yet) ·
 * `parked`: an opt-out that names nobody, at which somebody has to look · `faulty`: at fault itself.
 */
export type AppliedDeliveryEvents = Record<'applied' | 'unmatched' | 'parked' | 'faulty', number>;

const NOTHING: AppliedDeliveryEvents = { applied: 0, unmatched: 0, parked: 0, faulty: 0 };

/** Names who told something, as delivery events are stored. */
interface EventSource {
  provider: string;
  tenantId: string | null;
  connectionId: string | null;
}

/** By what it is found again. */
interface StoredEvent {
  eventId: string;
  factId: string | null;
  suppress: SuppressionReason | null;
}

/** One thing told, and the call it speaks of. */
interface Match {
  id: string;
  messageId: string | null;
  number: number | null;
  /** It names no message at all. */
  namesNone: boolean;
  /** It asks that an address be suppressed. */
  suppresses: boolean;
  pausesSender: boolean;
}

type Found = Match & { messageId: string; number: number };

/** Does to messages what vendors say of them. Any number of workers may do it at once. */
@Injectable()
export class DeliveryEventRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Applies evidence that is due, in one transaction. Where that fails, each is applied by itself, so that one
   * that is at fault holds up no other.
   *
   * @param limit how much, at most
   * @param patienceDays for so long, in days, is looked for the message of what matches none
   */
  async apply(limit: number, patienceDays = PATIENCE_DAYS): Promise<AppliedDeliveryEvents> {
    // Asked several times a second, mostly for nothing: finding messages is planned for each month, this is not.
    if ((await this.due(1)).length === 0) return NOTHING;
    try {
      return await this.applyTogether(limit, patienceDays, null);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      return this.applyApart(limit, patienceDays);
    }
  }

  /**
   * Applies at once what a person has refused, of evidence that is stored: nobody may be told that it has come while a
   * message that it forbids can still leave. What a message of which is not known yet is left for later; so is what is
   * at fault itself.
   *
   * @returns how many messages are on their way to the person, after two seconds of patience at most
   */
  async applyRefusals({ provider, tenantId, connectionId }: EventSource, evidence: StoredEvent[]): Promise<number> {
    const refusals = evidence.filter(({ suppress }) => suppress !== null && isRefusal(suppress));
    if (refusals.length === 0) return 0;
    const told = await this.dataSource.query<{ id: string }[]>(toldBy({ tenantId, connectionId }), [
      provider,
      refusals.map(({ eventId }) => eventId),
      refusals.flatMap(({ factId }) => factId ?? []),
      tenantId,
      connectionId,
    ]);
    const ids = told.map(({ id }) => id);
    try {
      await this.applyTogether(ids.length, PATIENCE_DAYS, ids);
    } catch (error) {
      if (isPassing(error)) throw error;
    }
    // Also of what a worker has applied meanwhile, and may not have held back yet.
    const suppressed = await this.suppressedBy(ids);
    await holdBack(this.dataSource, suppressed);
    return awaitInFlight(this.dataSource, suppressed);
  }

  private async applyTogether(
    limit: number,
    patienceDays: number,
    only: string[] | null,
  ): Promise<AppliedDeliveryEvents> {
    const { suppressing, ...applied } = await this.applyInOne(limit, patienceDays, only);
    await holdBack(this.dataSource, await this.suppressedBy(suppressing));
    return applied;
  }

  private applyInOne(
    limit: number,
    patienceDays: number,
    only: string[] | null,
  ): Promise<AppliedDeliveryEvents & { suppressing: string[] }> {
    return this.dataSource.transaction(async (tx) => {
      const matches = await tx.query<Match[]>(only === null ? MATCH : MATCH_THESE, [limit, only]);
      reach('evidence.taken');
      await pauseSenders(
        tx,
        matches.filter(isFound).filter(({ pausesSender }) => pausesSender),
      );
      const present = await lock(tx, matches.filter(isFound));
      const found = matches.filter(isFound).filter(({ messageId }) => present.has(messageId));
      const alone = matches.filter(({ namesNone }) => namesNone);
      const lost = matches.filter((match) => !match.namesNone && !found.includes(match as Found));
      await applyTo(tx, found);
      const words = await applyWords(tx, idsOf(alone));
      if (lost.length > 0) await tx.query(SEARCH_LATER, [idsOf(lost), patienceDays]);
      reach('evidence.applied');
      return {
        applied: found.length + words.applied,
        unmatched: lost.length + alone.length - words.applied - words.parked,
        parked: words.parked,
        faulty: 0,
        suppressing: idsOf(matches.filter(({ suppresses }) => suppresses)),
      };
    });
  }

  private async suppressedBy(ids: string[]): Promise<Address[]> {
    return ids.length === 0 ? [] : this.dataSource.query<Address[]>(SUPPRESSED_BY, [ids]);
  }

  private async applyApart(limit: number, patienceDays: number): Promise<AppliedDeliveryEvents> {
    const sum = { ...NOTHING };
    for (const { id } of await this.due(limit)) {
      const alone = await this.applyAlone(id, patienceDays);
      for (const result of Object.keys(sum) as (keyof AppliedDeliveryEvents)[]) sum[result] += alone[result];
    }
    return sum;
  }

  private due(limit: number): Promise<{ id: string }[]> {
    return this.dataSource.query(`SELECT id FROM delivery_event WHERE run_at <= now() ORDER BY run_at LIMIT $1`, [
      limit,
    ]);
  }

  private async applyAlone(id: string, patienceDays: number): Promise<AppliedDeliveryEvents> {
    try {
      return await this.applyTogether(1, patienceDays, [id]);
    } catch (error) {
      if (isPassing(error)) throw error;
      await this.dataSource.query(COUNT_FAULT, [id, faultOf(error), FAULT_LIMIT]);
      return { ...NOTHING, faulty: 1 };
    }
  }
}

function isFound(match: Match): match is Found {
  return match.messageId !== null;
}

async function pauseSenders(tx: EntityManager, found: Found[]): Promise<void> {
  if (found.length === 0) return;
  const messages = found.map(({ messageId }) => messageId);
  await tx.query(PAUSE_SENDERS, [idsOf(found), messages, ...idRange(messages)]);
}

/** @returns those that are there: retention may have taken a message away before its attempts */
async function lock(tx: EntityManager, found: Found[]): Promise<Set<string>> {
  if (found.length === 0) return new Set();
  const ids = found.map(({ messageId }) => messageId);
  const rows = await tx.query<{ id: string }[]>(LOCK, [ids, ...idRange(ids)]);
  return new Set(rows.map(({ id }) => id));
}

async function applyTo(tx: EntityManager, found: Found[]): Promise<void> {
  if (found.length === 0) return;
  const range = idRange(found.map(({ messageId }) => messageId));
  await tx.query(APPLY, [...columnsOf(found, 'id', 'messageId', 'number'), ...range]);
}

function idsOf(matches: Match[]): string[] {
  return matches.map(({ id }) => id);
}

/** PostgreSQL quotes the values it does not like: an address may be among them. */
function faultOf(error: unknown): string {
  return asError(error)
    .message.replace(/"[^"]*"/g, '"…"')
    .slice(0, ERROR_LENGTH);
}
