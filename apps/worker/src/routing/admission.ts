import type { Routed } from '../delivery/delivery.js';
import type { OpenConnection } from './open-connection.js';

/** Divides a batch into those that are likely to get a place at their connection in time, and the others. */
export interface Admission {
  admitted: Routed[];
  deferred: Routed[];
  /** To be called when those that are left stand in line, in the same moment. */
  end: () => void;
}

/** Finds out which messages get no place in time, before anything is booked or rendered for them. */
export function admit(batch: Routed[]): Admission {
  const groups = groupsOf(batch).map((group) => ({ ...group, count: admittedOf(group) }));
  const deferred = groups.flatMap(({ deliveries, count }) => deliveries.slice(count));
  const without = new Set(deferred);
  return {
    admitted: deferred.length === 0 ? batch : batch.filter((delivery) => !without.has(delivery)),
    deferred,
    end: () => {
      for (const { connection, rank, count } of groups) connection.endAdmission(rank, count);
    },
  };
}

/** Messages of a batch that stand in one line: of one connection and priority. */
export interface Group<T extends Routed = Routed> {
  connection: OpenConnection;
  /** PRIORITY_RANK of the messages. */
  rank: number;
  deliveries: T[];
}

export function groupsOf<T extends Routed>(batch: T[]): Group<T>[] {
  return [...Map.groupBy(batch, ({ connection }) => connection)].flatMap(([connection, group]) =>
    [...Map.groupBy(group, ({ message }) => message.priority)].map(([rank, deliveries]) => {
      return { connection, rank, deliveries };
    }),
  );
}

function admittedOf({ connection, rank, deliveries }: Group): number {
  // Where one has waited others may wait, sent back by another worker or before this one started.
  if (deliveries.some(({ message }) => message.waitedFor === 'vendor_busy')) connection.noteDeferred();
  return connection.admit(rank, deliveries.length);
}
