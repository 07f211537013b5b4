import { SHOWN_KEY, whatsAppKeyId } from '@outbell/persistence/repositories/whatsapp-key-id.js';
import type { WhatsAppKeyRepository } from '@outbell/persistence/repositories/whatsapp-key.repository.js';
import type { Adopted, WhatsAppLeaseRepository } from '@outbell/persistence/repositories/whatsapp-lease.repository.js';
import {
  type Admission,
  type KeyChange,
  LeaseLostError,
  type PairingCode,
  type SessionRecord,
  type SessionReport,
} from '@outbell/providers/baileys/session-record.js';
import type { Vault } from '@outbell/shared/crypto/vault.js';

/** Describes what is sealed: the value of one key. */
interface Secret {
  value: string;
}

export interface RecordKeeping {
  leases: WhatsAppLeaseRepository;
  keys: WhatsAppKeyRepository;
  vault: Vault;
  /** WHATSAPP_NEW_CONTACTS_PER_DAY */
  newContactsPerDay: number;
}

/**
 * A session's record in PostgreSQL: each key sealed for its tenant and row, every write under the fence it was taken
 * with.
 */
export class SealedSessionRecord implements SessionRecord {
  /** `performance.now()` until which the number rests. */
  private restrictedUntil: number;

  constructor(
    private readonly session: Adopted,
    private readonly keeping: RecordKeeping,
  ) {
    this.restrictedUntil = performance.now() + session.restsMs;
  }

  async readKeys(kind: string, names: string[]): Promise<Map<string, string>> {
    const { id, tenantId } = this.session;
    const nameOf = new Map(names.map((name) => [whatsAppKeyId(id, { kind, name }), name]));
    const rows = await this.keeping.keys.read(tenantId, id, [...nameOf.keys()]);
    return new Map(
      rows.map((row) => {
        const { value } = this.keeping.vault.open<Secret>({ tenantId, rowId: row.id }, row);
        return [nameOf.get(row.id) as string, value];
      }),
    );
  }

  async writeKeys(changes: KeyChange[]): Promise<void> {
    const put = changes.flatMap((change) =>
      change.value === null ? [] : [this.seal({ ...change, value: change.value })],
    );
    const gone = changes.filter(({ value }) => value === null).map((change) => whatsAppKeyId(this.session.id, change));
    held(await this.keeping.keys.write(this.session, put, gone));
  }

  async showPairing(code: PairingCode, forMs: number): Promise<void> {
    const sealed = this.seal({ ...SHOWN_KEY, value: JSON.stringify(code) });
    held(await this.keeping.keys.write(this.session, [sealed], [], forMs));
  }

  async report(report: SessionReport): Promise<void> {
    const reason = report.state === 'connected' ? null : report.reason;
    const phone = report.state === 'connected' ? report.phone : null;
    held(await this.keeping.leases.report(this.session, report.state, reason, phone));
  }

  async admit(contact: string): Promise<Admission> {
    const admission = await this.keeping.leases.admit(this.session, contact, this.keeping.newContactsPerDay);
    held(admission !== null);
    return admission as Admission;
  }

  restsMs(): number {
    return Math.max(0, this.restrictedUntil - performance.now());
  }

  async rest(forMs: number): Promise<void> {
    this.restrictedUntil = performance.now() + forMs;
    held(await this.keeping.leases.rest(this.session, forMs));
  }

  private seal({ kind, name, value }: { kind: string; name: string; value: string }) {
    const { id: sessionId, tenantId } = this.session;
    const id = whatsAppKeyId(sessionId, { kind, name });
    const secret: Secret = { value };
    return { id, kind, ...this.keeping.vault.seal({ tenantId, rowId: id }, secret) };
  }
}

function held(still: boolean): void {
  if (!still) throw new LeaseLostError();
}
