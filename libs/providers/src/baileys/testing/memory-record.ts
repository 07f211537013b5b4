import {
  type Admission,
  type KeyChange,
  LeaseLostError,
  type PairingCode,
  type SessionRecord,
  type SessionReport,
} from '../session-record.js';

/** A record in memory, for what a session does with it. */
export class MemoryRecord implements SessionRecord {
  readonly reports: SessionReport[] = [];
  qr: string | undefined;
  code: string | undefined;
  /** New contacts that may still be written to. */
  newLeft = Infinity;
  /** Somebody else has the session. */
  lost = false;
  private readonly keys = new Map<string, string>();
  private readonly contacts = new Set<string>();
  private restsForMs = 0;

  readKeys(kind: string, names: string[]): Promise<Map<string, string>> {
    const found = names.map((name) => [name, this.keys.get(`${kind}/${name}`)] as const);
    return Promise.resolve(new Map(found.filter((entry): entry is [string, string] => entry[1] !== undefined)));
  }

  async writeKeys(changes: KeyChange[]): Promise<void> {
    this.check();
    for (const { kind, name, value } of changes) {
      if (value === null) this.keys.delete(`${kind}/${name}`);
      else this.keys.set(`${kind}/${name}`, value);
    }
  }

  async showPairing(code: PairingCode): Promise<void> {
    this.check();
    if ('qr' in code) this.qr = code.qr;
    else this.code = code.code;
  }

  async report(report: SessionReport): Promise<void> {
    this.check();
    this.reports.push(report);
  }

  async admit(contact: string): Promise<Admission> {
    this.check();
    if (this.contacts.has(contact)) return { kind: 'known' };
    if (this.newLeft === 0) return { kind: 'full', untilTomorrowMs: 1_000 };
    this.newLeft -= 1;
    this.contacts.add(contact);
    return { kind: 'new' };
  }

  restsMs(): number {
    return this.restsForMs;
  }

  async rest(forMs: number): Promise<void> {
    this.restsForMs = forMs;
  }

  private check(): void {
    if (this.lost) throw new LeaseLostError();
  }
}
