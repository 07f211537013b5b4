import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { WhatsAppSessionEntity } from '../entities/whatsapp-session.entity.js';
import { changedCount, changedRows, columnsOf } from '../statements.js';
import type { SessionState } from './whatsapp-session.repository.js';

/** A session in a worker's hands. */
export interface Held {
  id: string;
  /** Grows with every owner: what a former one writes is refused. */
  fence: number;
}

/** A session that a worker has just taken. */
export interface Adopted
  extends Held, Pick<WhatsAppSessionEntity, 'tenantId' | 'name' | 'pairBy' | 'pairPhone' | 'state' | 'logoutWanted'> {
  /** For how long the number rests, in ms; 0: it does not. */
  restsMs: number;
}

/** Says whether a number may write to a contact now. */
export type Admission =
  /** It has before, or is one of the day's new ones. */
  | { kind: 'known' | 'new' }
  /** The day's new ones are used up. @see untilTomorrowMs in UTC */
  | { kind: 'full'; untilTomorrowMs: number };

/** WhatsApp sessions, for the workers that have them open: one each. Every write names the fence it was taken under. */
@Injectable()
export class WhatsAppLeaseRepository {
  constructor(@InjectRepository(WhatsAppSessionEntity) private readonly sessions: Repository<WhatsAppSessionEntity>) {}

  /** Takes up to `limit` sessions that should be open and are in nobody's hands. */
  adopt(owner: string, leaseMs: number, limit: number): Promise<Adopted[]> {
    return changedRows(
      this.sessions.manager,
      `UPDATE whatsapp_session SET owner = $1, fence = fence + 1, lease_until = now() + $2 * interval '1 ms'
       WHERE id IN (SELECT id FROM whatsapp_session WHERE state <> 'stopped' AND lease_until <= now()
         ORDER BY lease_until LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING id, fence, tenant_id AS "tenantId", name, pair_by AS "pairBy", pair_phone AS "pairPhone", state,
         logout_wanted AS "logoutWanted",
         greatest(0, extract(epoch FROM restricted_until - now()) * 1000)::float8 AS "restsMs"`,
      [owner, leaseMs, limit],
    );
  }

  /** @returns those that are still held; the others are gone or another's, and must be let go at once */
  renew(held: Held[], leaseMs: number): Promise<{ id: string; logoutWanted: boolean }[]> {
    return changedRows(
      this.sessions.manager,
      `UPDATE whatsapp_session s SET lease_until = now() + $3 * interval '1 ms'
       FROM unnest($1::uuid[], $2::int[]) AS mine (id, fence)
       WHERE s.id = mine.id AND s.fence = mine.fence RETURNING s.id, s.logout_wanted AS "logoutWanted"`,
      [...columnsOf(held, 'id', 'fence'), leaseMs],
    );
  }

  /** Lets others have it at once. */
  async release({ id, fence }: Held): Promise<void> {
    await this.sessions.update({ id, fence }, { leaseUntil: () => `'-infinity'`, owner: null });
  }

  /** @param phone null: as it was @returns false when it is another's by now */
  async report(
    { id, fence }: Held,
    state: SessionState,
    reason: string | null,
    phone: string | null,
  ): Promise<boolean> {
    const told = { state, reason, ...(phone !== null && { phone }), updatedAt: () => 'now()' };
    return (await this.sessions.update({ id, fence }, told)).affected === 1;
  }

  /** @returns false when it is another's by now */
  async rest({ id, fence }: Held, forMs: number): Promise<boolean> {
    const sql = `UPDATE whatsapp_session SET restricted_until = now() + $3 * interval '1 ms', updated_at = now()
      WHERE id = $1 AND fence = $2`;
    return (await changedCount(this.sessions.manager, sql, [id, fence, forMs])) === 1;
  }

  /**
   * It has been logged out, as was wanted: it and its keys go. @returns false when it is another's by now, or nobody
   * wanted that
   */
  async remove({ id, fence }: Held): Promise<boolean> {
    return (await this.sessions.delete({ id, fence, logoutWanted: true })).affected === 1;
  }

  /**
   * Asks, and counts the contact if it is new.
   *
   * @returns null when the session is another's by now, or was never paired
   */
  admit({ id, fence }: Held, contact: string, newPerDay: number): Promise<Admission | null> {
    return this.sessions.manager.transaction(async (db) => {
      // Locked in a statement of its own: what comes after it sees all that were admitted before.
      const [session] = await db.query<{ tenant: string; phone: string }[]>(
        `SELECT tenant_id AS tenant, phone FROM whatsapp_session
         WHERE id = $1 AND fence = $2 AND phone IS NOT NULL FOR UPDATE`,
        [id, fence],
      );
      if (!session) return null;
      const parameters = [session.tenant, session.phone, contact, newPerDay];
      const [row] = await db.query<[{ known: boolean; added: boolean; untilTomorrowMs: number }]>(ADMIT, parameters);
      if (row.known) return { kind: 'known' };
      return row.added ? { kind: 'new' } : { kind: 'full', untilTomorrowMs: row.untilTomorrowMs };
    });
  }
}

const ADMIT = `
  WITH today AS (SELECT (now() AT TIME ZONE 'UTC')::date AS day), known AS (
    SELECT FROM whatsapp_contact WHERE tenant_id = $1 AND phone = $2 AND contact = $3
  ), added AS (
    INSERT INTO whatsapp_contact (tenant_id, phone, contact, first_on)
    SELECT $1, $2, $3, day FROM today
    WHERE NOT EXISTS (SELECT FROM known)
      AND (SELECT count(*) FROM whatsapp_contact WHERE tenant_id = $1 AND phone = $2 AND first_on = day) < $4
    RETURNING contact
  )
  SELECT EXISTS (SELECT FROM known) AS known, EXISTS (SELECT FROM added) AS added,
    (extract(epoch FROM (day + 1)::timestamp - now() AT TIME ZONE 'UTC') * 1000)::float8 AS "untilTomorrowMs"
  FROM today`;
