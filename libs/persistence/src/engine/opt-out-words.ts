import type { EntityManager } from 'typeorm';
import { changedRows, columnsOf } from '../statements.js';
import { CLOSE_ALONE, LIFT, SUPPRESS, TAKE_WORDS } from './opt-out-statements.js';

interface Word {
  fact: string;
  tenantId: string;
  address: string;
  /** Null: nothing follows from it. */
  word: 'stop' | 'start' | 'other' | null;
  at: Date;
}

/**
 * Does what evidence asks for that names no message: it can do no more than suppress whom it names, or lift that. Two
 * statements after each other, so that the second sees what others wrote whom the first waited for.
 *
 * @returns how many meant somebody, and how many opt-outs were parked
 */
export async function applyWords(tx: EntityManager, ids: string[]): Promise<{ applied: number; parked: number }> {
  if (ids.length === 0) return { applied: 0, parked: 0 };
  const words = await tx.query<Word[]>(TAKE_WORDS, [ids]);
  const stops = words.filter(({ word }) => word === 'stop' || word === 'other');
  const starts = words.filter(({ word }) => word === 'start');
  if (stops.length > 0) await tx.query(SUPPRESS, parametersOf(stops));
  if (starts.length > 0) await tx.query(LIFT, parametersOf(starts));
  const meant = [...new Set(words.map(({ fact }) => fact))];
  const closed = await changedRows<{ state: string }>(tx, CLOSE_ALONE, [ids, meant]);
  return { applied: meant.length, parked: closed.filter(({ state }) => state === 'parked').length };
}

function parametersOf(words: Word[]): unknown[] {
  return columnsOf(words, 'fact', 'tenantId', 'address', 'at');
}
