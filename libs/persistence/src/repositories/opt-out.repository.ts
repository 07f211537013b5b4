import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { DataSource, type EntityManager } from 'typeorm';
import { changedCount, changedRows } from '../statements.js';
import { CLOSE_ALONE, LIFT, SUPPRESS, TAKE_WORDS } from './opt-out-statements.js';

/** An opt-out of which nobody knows whose it is. */
export interface ParkedOptOut {
  id: string;
  receivedAt: Date;
  /** Null: of a connection of the installation. */
  tenant: string | null;
  provider: string;
  channel: Channel;
  /** As the vendor names the person; null when it named nobody. */
  address: string | null;
  error: string;
}

/** Counting stops here. */
const COUNT_LIMIT = 100_000;

interface Word {
  fact: string;
  tenantId: string;
  address: string;
  /** Null: nothing follows from it. */
  word: 'stop' | 'start' | 'other' | null;
  at: Date;
}

/** What people say of being written to: STOP and START that answer no message of ours. */
@Injectable()
export class OptOutRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Those of which nobody knows whose they are, the oldest first. */
  async parked(limit: number): Promise<ParkedOptOut[]> {
    return this.dataSource.query<ParkedOptOut[]>(
      `SELECT e.id, e.received_at AS "receivedAt", t.name AS tenant, e.provider, e.channel,
         coalesce(e.evidence ->> 'address', e.evidence ->> 'vendor_id') AS address, coalesce(e.error, '') AS error
       FROM callback_event e LEFT JOIN tenant t ON t.id = e.tenant_id
       WHERE e.state = 'parked' AND e.kind = 'unsubscribed' ORDER BY e.received_at LIMIT $1`,
      [limit],
    );
  }

  async countParked(): Promise<number> {
    const [row] = await this.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int FROM (SELECT FROM callback_event WHERE state = 'parked' AND kind = 'unsubscribed' LIMIT $1) AS parked`,
      [COUNT_LIMIT],
    );
    return row.count;
  }

  /** Has parked ones looked at again. @param id null: all of them @returns how many */
  retry(id: string | null): Promise<number> {
    return changedCount(
      this.dataSource,
      `UPDATE callback_event SET state = 'new', faults = 0, tries = 0, error = NULL, next_try_at = now()
       WHERE state = 'parked' AND kind = 'unsubscribed' AND ($1::uuid IS NULL OR id = $1)`,
      [id],
    );
  }
}

/**
 * Does what evidence asks for that names no message: it can do no more than suppress whom it names, or lift that. Two statements after each
 * other, so that the second sees what others wrote whom the first waited for.
 *
 * @returns how many meant somebody, and how many opt-outs were parked
 */
export async function applyWords(tx: EntityManager, ids: string[]): Promise<{ applied: number; parked: number }> {
  if (ids.length === 0) return { applied: 0, parked: 0 };
  const words = await tx.query<Word[]>(TAKE_WORDS, [ids]);
  const stops = words.filter(({ word }) => word === 'stop' || word === 'other');
  const starts = words.filter(({ word }) => word === 'start');
  if (stops.length > 0) await tx.query(SUPPRESS, columnsOf(stops));
  if (starts.length > 0) await tx.query(LIFT, columnsOf(starts));
  const meant = [...new Set(words.map(({ fact }) => fact))];
  const closed = await changedRows<{ state: string }>(tx, CLOSE_ALONE, [ids, meant]);
  return { applied: meant.length, parked: closed.filter(({ state }) => state === 'parked').length };
}

function columnsOf(words: Word[]): unknown[] {
  return [
    words.map(({ fact }) => fact),
    words.map(({ tenantId }) => tenantId),
    words.map(({ address }) => address),
    words.map(({ at }) => at),
  ];
}
