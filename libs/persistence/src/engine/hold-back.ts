import type { Channel } from '@outbell/shared/constants/channels.js';
import type { DataSource } from 'typeorm';
import { columnsOf, idRange } from '../statements.js';
import { type InFlight, awaitAnswers } from './in-flight.js';
import { ADDRESSES_OF_MESSAGES, CANCEL_FALLBACKS, CANCEL_FALLEN, SENDING, STOP } from './suppression-statements.js';

/** Somebody's address, as messages have it. */
export interface Address {
  tenantId: string;
  channel: Channel;
  address: string;
}

/** Messages stopped in one statement. */
const AT_ONCE = 1_000;

/**
 * Holds back what suppressions of these addresses forbid, whoever has it in hand. Only for suppressions that are
 * committed: it is the second of the two transactions without which nobody may be told that an address is suppressed
 * (docs/decisions/stopped-before-it-is-answered.md).
 */
export async function holdBack(db: DataSource, addresses: Address[]): Promise<void> {
  if (addresses.length === 0) return;
  const parameters = parametersOf(addresses);
  while ((await STOP.run(db, [...parameters, AT_ONCE])).length === AT_ONCE);
  // Messages first, and then their fallbacks, as all who lock both.
  await db.query(CANCEL_FALLBACKS, parameters);
  await db.query(CANCEL_FALLEN, parameters);
}

/** As `holdBack`, of the addresses of messages. */
export async function holdBackOthers(db: DataSource, messageIds: string[]): Promise<void> {
  if (messageIds.length === 0) return;
  await holdBack(db, await db.query<Address[]>(ADDRESSES_OF_MESSAGES, [messageIds, ...idRange(messageIds)]));
}

/**
 * Waits for a moment for what vendors were called for before it was held back. @returns how many are still on their way
 */
export async function awaitInFlight(db: DataSource, addresses: Address[]): Promise<number> {
  if (addresses.length === 0) return 0;
  return awaitAnswers(db, await db.query<InFlight[]>(SENDING, parametersOf(addresses)));
}

function parametersOf(addresses: Address[]): unknown[] {
  return columnsOf(addresses, 'tenantId', 'channel', 'address');
}
