import { newId } from '@outbell/shared/uuid.js';
import type { EntityManager } from 'typeorm';
import { columnsOf } from '../statements.js';
import type { ContactEntity } from '../entities/contact.entity.js';

/** Describes what a list says of a person; null: nothing. */
export type ImportedContact = {
  [Field in 'externalId' | 'email' | 'phone' | 'locale' | 'timezone']: ContactEntity[Field];
} & { attributes: Record<string, unknown> | null };

/** Describes how many contacts came to be, and how many have changed; the others were as they are. */
export interface ImportedContacts {
  created: number;
  updated: number;
}

/**
 * Writes a batch of contacts: each is the one of its external id; without one, the oldest of its email address, else of
 * its number; and else new. What a list does not say stays as it is. Rows of one person are one, the later of them
 * wins. Imports of one tenant go one after the other.
 */
export async function importContacts(
  manager: EntityManager,
  tenantId: string,
  contacts: ImportedContact[],
  now: Date,
): Promise<ImportedContacts> {
  const people = merged(contacts);
  const named = people.filter(({ externalId }) => externalId !== null);
  const others = people.filter(({ externalId }) => externalId === null);
  return manager.transaction(async (db) => {
    await db.query(`SELECT pg_advisory_xact_lock(hashtextextended('outbell.contact-import ' || $1, 0))`, [tenantId]);
    const first = await write(db, tenantId, named, now);
    // These may be people of the rows above.
    const second = await write(db, tenantId, others, now);
    return { created: first.created + second.created, updated: first.updated + second.updated };
  });
}

/** One row for each person of the list. */
function merged(contacts: ImportedContact[]): ImportedContact[] {
  const people: ImportedContact[] = [];
  const known = new Map<string, ImportedContact>();
  for (const contact of contacts) {
    const key = keyOf(contact);
    const person = key === null ? undefined : known.get(key);
    if (person) Object.assign(person, given(contact));
    else if (key !== null) {
      const own = { ...contact };
      known.set(key, own);
      people.push(own);
    }
  }
  return people;
}

function keyOf({ externalId, email, phone }: ImportedContact): string | null {
  if (externalId !== null) return `id ${externalId}`;
  if (email !== null) return `email ${email}`;
  return phone === null ? null : `phone ${phone}`;
}

function given(contact: ImportedContact): Partial<ImportedContact> {
  return Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== null));
}

async function write(
  db: EntityManager,
  tenantId: string,
  people: ImportedContact[],
  now: Date,
): Promise<ImportedContacts> {
  if (people.length === 0) return { created: 0, updated: 0 };
  const [counts] = await db.query<[ImportedContacts]>(WRITE, [
    tenantId,
    now,
    people.map(() => newId()),
    ...columnsOf(people, 'externalId', 'email', 'phone', 'locale', 'timezone'),
    people.map(({ attributes }) => (attributes === null ? null : JSON.stringify(attributes))),
  ]);
  return counts;
}

/** The last that any row of a person says. */
function lastGiven(column: string): string {
  return `(array_agg(${column} ORDER BY n DESC) FILTER (WHERE ${column} IS NOT NULL))[1] AS ${column}`;
}

const FIELDS = ['email', 'phone', 'locale', 'timezone', 'attributes'];
const AFTER = FIELDS.map((field) => `coalesce(p.${field}, c.${field})`).join(', ');

const WRITE = `
  WITH given AS MATERIALIZED (
    SELECT g.*, coalesce(
      (SELECT c.id FROM contact c WHERE c.tenant_id = $1 AND c.external_id = g.external_id),
      (SELECT c.id FROM contact c
       WHERE g.external_id IS NULL AND c.tenant_id = $1 AND c.email = g.email ORDER BY c.id LIMIT 1),
      (SELECT c.id FROM contact c
       WHERE g.external_id IS NULL AND g.email IS NULL AND c.tenant_id = $1 AND c.phone = g.phone ORDER BY c.id LIMIT 1)
    ) AS known
    FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[]) WITH ORDINALITY
      AS g (id, external_id, email, phone, locale, timezone, attributes, n)
  ), person AS (
    SELECT known, ${FIELDS.map(lastGiven).join(', ')} FROM given WHERE known IS NOT NULL GROUP BY known
  ), changed AS (
    UPDATE contact c SET (${FIELDS.join(', ')}) = ROW(${AFTER}), updated_at = $2
    FROM person p WHERE c.tenant_id = $1 AND c.id = p.known
      AND (${FIELDS.map((field) => `c.${field}`).join(', ')}) IS DISTINCT FROM (${AFTER})
    RETURNING c.id
  ), created AS (
    INSERT INTO contact (id, tenant_id, external_id, email, phone, locale, timezone, attributes, created_at, updated_at)
    SELECT id, $1, external_id, email, phone, locale, timezone, coalesce(attributes, '{}'), $2, $2
    FROM given WHERE known IS NULL
    ON CONFLICT (tenant_id, external_id) DO NOTHING
    RETURNING id
  )
  SELECT (SELECT count(*) FROM created)::int AS created, (SELECT count(*) FROM changed)::int AS updated`;
