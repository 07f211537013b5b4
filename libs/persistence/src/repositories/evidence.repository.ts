import { Injectable } from '@nestjs/common';
import { asError } from '@outbell/shared/errors.js';
import { reach } from '@outbell/shared/failpoints.js';
import { DataSource, type EntityManager } from 'typeorm';
import { isDatabaseAway, isPassing } from '../database-away.js';
import { changedRows, idRange } from '../statements.js';
import { APPLY, APPLY_TO_ADDRESS, LOCK, MATCH, PUT_ASIDE, PUT_OFF } from './evidence-statements.js';

/** Evidence that made a statement fail so often is parked, with its error. */
const FAULT_LIMIT = 5;

/** Longest error that is kept, in characters. */
const ERROR_LENGTH = 200;

/** What a round did with evidence. */
export interface AppliedEvidence {
  applied: number;
  /** No message of its connection was found (yet). */
  unmatched: number;
  /** At fault itself. */
  faulty: number;
}

/** One thing told, and the call it speaks of. */
interface Match {
  id: string;
  messageId: string | null;
  number: number | null;
  /** It names no message at all. */
  namesNone: boolean;
}

type Found = Match & { messageId: string; number: number };

/** Does to messages what vendors say of them. Any number of workers may do it at once. */
@Injectable()
export class EvidenceRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Applies evidence that is due, in one transaction. Where that fails, each is applied by itself, so that one
   * that is at fault holds up no other.
   *
   * @param limit how much, at most
   * @param patienceDays for so long, in days, is looked for the message of what matches none
   */
  async apply(limit: number, patienceDays: number): Promise<AppliedEvidence> {
    // Asked several times a second, mostly for nothing: finding messages is planned for each month, this is not.
    if ((await this.due(1)).length === 0) return { applied: 0, unmatched: 0, faulty: 0 };
    try {
      return await this.applyTogether(limit, patienceDays, null);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      return this.applyApart(limit, patienceDays);
    }
  }

  private applyTogether(limit: number, patienceDays: number, only: string[] | null): Promise<AppliedEvidence> {
    return this.dataSource.transaction(async (tx) => {
      const matches = await tx.query<Match[]>(MATCH, [limit, only]);
      reach('evidence.taken');
      const present = await lock(tx, matches.filter(isFound));
      const found = matches.filter(isFound).filter(({ messageId }) => present.has(messageId));
      const alone = matches.filter(({ namesNone }) => namesNone);
      const lost = matches.filter((match) => !match.namesNone && !found.includes(match as Found));
      await applyTo(tx, found);
      const addressed = await applyToAddresses(tx, alone);
      if (lost.length > 0) await tx.query(PUT_OFF, [idsOf(lost), patienceDays]);
      reach('evidence.applied');
      return {
        applied: found.length + addressed,
        unmatched: lost.length + alone.length - addressed,
        faulty: 0,
      };
    });
  }

  private async applyApart(limit: number, patienceDays: number): Promise<AppliedEvidence> {
    const sum: AppliedEvidence = { applied: 0, unmatched: 0, faulty: 0 };
    for (const { id } of await this.due(limit)) {
      const { applied, unmatched, faulty } = await this.applyAlone(id, patienceDays);
      sum.applied += applied;
      sum.unmatched += unmatched;
      sum.faulty += faulty;
    }
    return sum;
  }

  private due(limit: number): Promise<{ id: string }[]> {
    return this.dataSource.query(
      `SELECT id FROM callback_event WHERE next_try_at <= now() ORDER BY next_try_at LIMIT $1`,
      [limit],
    );
  }

  private async applyAlone(id: string, patienceDays: number): Promise<AppliedEvidence> {
    try {
      return await this.applyTogether(1, patienceDays, [id]);
    } catch (error) {
      if (isPassing(error)) throw error;
      await this.dataSource.query(PUT_ASIDE, [id, faultOf(error), FAULT_LIMIT]);
      return { applied: 0, unmatched: 0, faulty: 1 };
    }
  }
}

function isFound(match: Match): match is Found {
  return match.messageId !== null;
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
  const messages = found.map(({ messageId }) => messageId);
  const numbers = found.map(({ number }) => number);
  await tx.query(APPLY, [idsOf(found), messages, numbers, ...idRange(messages)]);
}

/** @returns how many did something */
async function applyToAddresses(tx: EntityManager, alone: Match[]): Promise<number> {
  if (alone.length === 0) return 0;
  const rows = await changedRows<{ state: string }>(tx, APPLY_TO_ADDRESS, [idsOf(alone)]);
  return rows.filter(({ state }) => state === 'applied').length;
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
