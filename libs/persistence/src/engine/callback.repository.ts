import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import type { Detail, SuppressionReason } from '@outbell/shared/outcome.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';
import { InjectEngine } from './engine-data-source.js';
import { DeliveryEventRepository } from './delivery-event.repository.js';

/**
 * Names who told something: a connection of a tenant, one of the installation (`tenantId` null), or a tenant by itself
 * (`connectionId` null).
 */
export interface Source {
  provider: string;
  connectionId: string | null;
  tenantId: string | null;
}

/** A request as it came. */
export interface NewCallback extends Source {
  method: string;
  /** Path and query, without our token. */
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  state: 'read' | 'unreadable';
}

/** One thing a vendor told, in our words. */
export interface NewDeliveryEvent {
  /** Of one source it is stored once. */
  eventId: string;
  /** So is this, under whatever event id. */
  factId: string | null;
  kind: string;
  /** What it proves of the call. */
  receipt: string;
  channel: Channel;
  at: Date | null;
  messageId: string | null;
  providerMessageId: string | null;
  /** As addresses are stored. Kept until it is applied. */
  address: string | null;
  /** The others under which the same person may be known (`phoneSpellings`). Kept as long. */
  spellings: string[];
  /** The vendor's own id of the person, where it is no address. Kept as long. */
  vendorId: string | null;
  /** The sender's addresses that a person wrote to: one, in all its spellings. Kept as long. */
  writtenTo: string[];
  reason: string | null;
  suppress: SuppressionReason | null;
  /** Of `suppress`; default: its usual one. `topic`: that of the message, and all bulk where it has none. */
  scope?: SuppressionScope | undefined;
  pausesSender: boolean;
  detail: Detail | null;
}

/**
 * Writes down what vendors tell us, before anything is done about it; but what a person refuses holds before anybody
 * is answered.
 */
@Injectable()
export class CallbackRepository {
  private readonly evidence: DeliveryEventRepository;

  constructor(@InjectEngine() private readonly dataSource: DataSource) {
    this.evidence = new DeliveryEventRepository(dataSource);
  }

  /**
   * Stores a request and what it says, in one statement. What its source has told before is not stored again, nor is a
   * request that tells nothing else. Resolves when what a person refuses in it is applied, whoever stored it first.
   *
   * @returns how much of the evidence is new
   */
  async store(callback: NewCallback, evidence: NewDeliveryEvent[]): Promise<number> {
    const { provider, connectionId, tenantId, method, path, headers, body, state } = callback;
    const [row] = await this.dataSource.query<[{ fresh: number }]>(STORE_CALLBACK, [
      newId(),
      tenantId,
      provider,
      connectionId,
      toJson(evidence.map(toRow)),
      method,
      path,
      toJson(headers),
      body,
      state,
    ]);
    await this.evidence.applyRefusals(callback, evidence);
    return row.fresh;
  }

  /** As `store`, for what was asked of the vendor. */
  async note({ provider, connectionId, tenantId }: Source, evidence: NewDeliveryEvent[]): Promise<void> {
    await this.dataSource.query(STORE_EVENTS, [null, tenantId, provider, connectionId, toJson(evidence.map(toRow))]);
  }

  /**
   * As `note`, for what a vendor says of itself while we listen; again what a person refuses holds when it resolves.
   */
  async receive(source: Source, evidence: NewDeliveryEvent[]): Promise<void> {
    await this.note(source, evidence);
    await this.evidence.applyRefusals(source, evidence);
  }
}

// In one order, so that two that tell the same do not wait for each other.
const STORE_EVENTS = `INSERT INTO delivery_event (id, callback_id, tenant_id, provider, connection_id, event_id,
  fact_id, received_at, kind,
    channel, at, message_id, provider_message_id, evidence)
  SELECT e.id, $1::uuid, $2::uuid, $3::text, $4::uuid, e.event_id, e.fact_id, now(), e.kind, e.channel, e.at,
    e.message_id, e.provider_message_id,
    e.evidence
  FROM jsonb_to_recordset($5::jsonb) AS e (id uuid, event_id text, fact_id text, kind text, channel text,
    at timestamptz, message_id uuid,
    provider_message_id text, evidence jsonb)
  ORDER BY e.fact_id, e.event_id
  ON CONFLICT DO NOTHING`;

const STORE_CALLBACK = `WITH fresh AS (${STORE_EVENTS} RETURNING id), kept AS (
    INSERT INTO callback (id, tenant_id, provider, connection_id, received_at, method, path, headers, body, state)
    SELECT $1::uuid, $2::uuid, $3::text, $4::uuid, now(), $6::text, $7::text, $8::jsonb, $9::bytea, $10::text
    WHERE $10 = 'unreadable' OR EXISTS (SELECT FROM fresh)
  )
  SELECT count(*)::int AS fresh FROM fresh`;

function toRow(evidence: NewDeliveryEvent): object {
  const { eventId, factId, messageId, providerMessageId, kind, channel, at, receipt, reason, suppress, scope, detail } =
    evidence;
  const { address, spellings, vendorId, writtenTo, pausesSender } = evidence;
  const persons = {
    address,
    ...(spellings.length > 0 && { spellings }),
    ...(vendorId !== null && { vendor_id: vendorId }),
    ...(writtenTo.length > 0 && { written_to: writtenTo }),
  };
  return {
    id: newId(),
    event_id: eventId,
    fact_id: factId,
    kind,
    channel,
    at,
    message_id: messageId,
    provider_message_id: providerMessageId,
    evidence: { receipt, reason, suppress, scope, detail, ...persons, pauses_sender: pausesSender },
  };
}

/** A vendor may write what no text of PostgreSQL holds: NUL, and half of a surrogate pair. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '').toWellFormed() : part,
  );
}
