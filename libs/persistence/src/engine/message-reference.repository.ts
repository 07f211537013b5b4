import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { DataSource } from 'typeorm';
import { PreparedStatement } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';

/** A sender as a request names it. */
export interface SenderQuery {
  tenantId: string;
  channel: Channel;
  /** Id or address; of email in any case, for those are stored in lower case. */
  sender: string;
  /**
   * The installation has connections of the channel: whether the sender may go by them matters, should the tenant have
   * none.
   */
  shared?: true | undefined;
}

export interface TemplateQuery {
  tenantId: string;
  channel: Channel;
  name: string;
  locale: string;
  /** Null: the published one. */
  version: number | null;
}

export interface ContactQuery {
  tenantId: string;
  /** On which it is to be reached. */
  channel: Channel;
  /** Id or external id. */
  contact: string;
}

export interface FoundContact {
  id: string;
  /**
   * Of push the device that was seen last, of those whose provider has an active connection if there are any. Null: it
   * cannot be reached on the channel.
   */
  address: string | null;
}

export interface FoundSender {
  id: string;
  address: string;
  status: 'pending' | 'verified' | 'paused';
  /** The installation's connections are the only ones there are for it, and it may not go by them. */
  isShutOut: boolean;
}

export interface FoundTemplate {
  /** Null when the template exists but that version does not, or none is published. */
  versionId: string | null;
  /** Variables that must be given. */
  variables: string[] | null;
  lenient: boolean | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Looks up what requests refer to: one statement for any number, each within its own tenant. */
@Injectable()
export class MessageReferenceRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** @returns in the order of the queries; null where the tenant has no such sender on that channel */
  async findSenders(queries: SenderQuery[]): Promise<(FoundSender | null)[]> {
    if (queries.length === 0) return [];
    const rows = await FIND_SENDERS.run(this.dataSource, [JSON.stringify(queries.map(senderAsked))]);
    return rows.map(({ id, ...found }) => (id === null ? null : { id, ...found }));
  }

  /** @returns in the order of the queries; null where the tenant has no such template */
  async findTemplates(queries: TemplateQuery[]): Promise<(FoundTemplate | null)[]> {
    if (queries.length === 0) return [];
    const rows = await FIND_TEMPLATES.run(this.dataSource, [JSON.stringify(queries)]);
    return rows.map(({ templateId, ...found }) => (templateId === null ? null : found));
  }

  /** @returns in the order of the queries; null where the tenant has no such contact */
  async findContacts(queries: ContactQuery[]): Promise<(FoundContact | null)[]> {
    if (queries.length === 0) return [];
    const rows = await FIND_CONTACTS.run(this.dataSource, [JSON.stringify(queries.map(contactAsked))]);
    return rows.map(({ id, address }) => (id === null ? null : { id, address }));
  }
}

/** Tells an id from an address in what a request calls its sender: each has an index of its own. */
function senderAsked({ tenantId, channel, sender, shared }: SenderQuery) {
  const name = sender.toLowerCase();
  if (UUID.test(name)) return { tenantId, channel, shared, id: name };
  return { tenantId, channel, shared, address: channel === 'email' ? name : sender };
}

// One look by each index and not one look with OR, which would read all senders of the tenant. LIMIT keeps the planner
// to that: it looks up one row for each that is asked for, statistics or not, and the tenant of a sender found by its
// id is compared afterwards. Connections are looked at only where the installation has some of the channel, and for a
// sender that may not go by them.
const FIND_SENDERS = new PreparedStatement<Omit<FoundSender, 'id'> & { id: string | null }>(
  'message-reference-find-senders',
  `
  SELECT found.id, found.address, found.status, CASE WHEN asked.shared
    AND found.verified_over IN ('tenant', 'withdrawn') THEN NOT EXISTS
    (SELECT FROM connection c WHERE c.tenant_id = asked."tenantId" AND c.channel = asked.channel AND c.active)
      ELSE false END AS "isShutOut"
  FROM ROWS FROM (json_to_recordset($1) AS ("tenantId" uuid, channel text, id uuid, address text,
    shared bool)) WITH ORDINALITY
    AS asked ("tenantId", channel, id, address, shared, n)
  LEFT JOIN LATERAL (
    SELECT s.id, s.address, s.status, s.verified_over
      FROM (SELECT * FROM sender WHERE sender.id = asked.id LIMIT 1) AS s
    WHERE s.tenant_id = asked."tenantId" AND s.channel = asked.channel AND s.archived_at IS NULL
    UNION ALL
    (SELECT s.id, s.address, s.status, s.verified_over FROM sender s
     WHERE s.tenant_id = asked."tenantId" AND s.channel = asked.channel AND s.address = asked.address
       AND s.archived_at IS NULL LIMIT 1)
  ) AS found ON true
  ORDER BY asked.n`,
);

const FIND_TEMPLATES = new PreparedStatement<FoundTemplate & { templateId: string | null }>(
  'message-reference-find-templates',
  `SELECT t.id AS "templateId", v.id AS "versionId", v.variables, v.lenient
    FROM ROWS FROM (json_to_recordset($1) AS ("tenantId" uuid, channel text, name text, locale text,
      version int)) WITH ORDINALITY
      AS asked ("tenantId", channel, name, locale, version, n)
    LEFT JOIN template t ON t.tenant_id = asked."tenantId" AND t.channel = asked.channel AND t.name = asked.name
      AND t.locale = asked.locale AND t.archived_at IS NULL
    LEFT JOIN template_version v ON v.template_id = t.id AND v.version = coalesce(asked.version, t.published_version)
    ORDER BY asked.n`,
);

/** Looks for an id by both: what looks like one may be an external one too. */
function contactAsked({ tenantId, channel, contact }: ContactQuery) {
  const id = contact.toLowerCase();
  return { tenantId, channel, ...(UUID.test(id) && { id }), externalId: contact };
}

const FIND_CONTACTS = new PreparedStatement<Omit<FoundContact, 'id'> & { id: string | null }>(
  'message-reference-find-contacts',
  `
  SELECT found.id, CASE asked.channel WHEN 'email' THEN found.email WHEN 'push' THEN device.token
    ELSE found.phone END AS address
  FROM ROWS FROM (json_to_recordset($1) AS ("tenantId" uuid, channel text, id uuid, "externalId" text)) WITH ORDINALITY
    AS asked ("tenantId", channel, id, "externalId", n)
  LEFT JOIN LATERAL (
    SELECT true AS by_id, c.* FROM contact c WHERE c.tenant_id = asked."tenantId" AND c.id = asked.id
    UNION ALL
    SELECT false, c.* FROM contact c WHERE c.tenant_id = asked."tenantId" AND c.external_id = asked."externalId"
    ORDER BY by_id DESC LIMIT 1
  ) AS found ON true
  LEFT JOIN LATERAL (
    SELECT d.token FROM contact_device d WHERE asked.channel = 'push' AND d.tenant_id = asked."tenantId"
      AND d.contact_id = found.id
    ORDER BY EXISTS (
      SELECT FROM connection n WHERE n.tenant_id = d.tenant_id AND n.channel = 'push' AND n.provider = d.provider
        AND n.active
    ) DESC, d.last_seen_at DESC LIMIT 1
  ) AS device ON true
  ORDER BY asked.n`,
);
