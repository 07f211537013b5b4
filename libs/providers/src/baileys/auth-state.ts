import type * as baileysModule from 'baileys';
import type { AuthenticationCreds, SignalDataSet, SignalDataTypeMap, SignalKeyStore } from 'baileys';
import { setImmediate as soon } from 'node:timers/promises';
import type { KeyChange, SessionRecord } from './session-record.js';

type Baileys = typeof baileysModule;
type Kind = keyof SignalDataTypeMap;

const CREDS = { kind: 'creds', name: 'creds' } as const;

/**
 * Credentials and Signal keys of a session, as Baileys wants them. Whatever changes in one moment is written in one
 * transaction, and the credentials with it: the number of the next pre-key never runs ahead of the keys themselves.
 * What could not be written is read from here and written with what comes next.
 */
export class AuthState {
  private readonly unwritten = new Map<string, KeyChange>();
  private writing: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private writtenCreds = '';

  readonly keys: SignalKeyStore = {
    get: (kind, names) => this.get(kind, names),
    set: (data) => this.set(data),
  };

  private constructor(
    private readonly record: SessionRecord,
    private readonly baileys: Baileys,
    readonly creds: AuthenticationCreds,
  ) {}

  /** A device that was never linked begins anew: what it had agreed on half is of no use. */
  static async load(record: SessionRecord, baileys: Baileys): Promise<AuthState> {
    const stored = (await record.readKeys(CREDS.kind, [CREDS.name])).get(CREDS.name);
    const known = stored === undefined ? undefined : (parse(stored, baileys) as AuthenticationCreds);
    const state = new AuthState(record, baileys, known?.account ? known : baileys.initAuthCreds());
    if (stored !== undefined && known?.account) state.writtenCreds = stored;
    return state;
  }

  /** Tells whether WhatsApp has linked this device. */
  get paired(): boolean {
    return this.creds.account !== undefined;
  }

  /** Resolves when all that has changed so far is written. @throws what the record throws */
  save(): Promise<void> {
    this.next ??= this.writeNext();
    return this.next;
  }

  private async get<K extends Kind>(kind: K, names: string[]): Promise<Record<string, SignalDataTypeMap[K]>> {
    const pending = new Map(names.map((name) => [name, this.unwritten.get(keyOf({ kind, name }))]));
    const missing = names.filter((name) => pending.get(name) === undefined);
    const stored = missing.length > 0 ? await this.record.readKeys(kind, missing) : new Map<string, string>();
    const found: Record<string, SignalDataTypeMap[K]> = {};
    for (const name of names) {
      const change = pending.get(name);
      const text = change ? change.value : stored.get(name);
      if (text !== undefined && text !== null) found[name] = this.decode(kind, text) as SignalDataTypeMap[K];
    }
    return found;
  }

  private set(data: SignalDataSet): Promise<void> {
    for (const [kind, values] of Object.entries(data)) {
      for (const [name, value] of Object.entries(values)) {
        const change = { kind, name, value: value === null ? null : this.encode(value) };
        this.unwritten.set(keyOf(change), change);
      }
    }
    return this.save();
  }

  private async writeNext(): Promise<void> {
    await this.writing.catch(() => undefined);
    // What Baileys changes together, it changes before anything else happens.
    await soon();
    this.next = undefined;
    this.writing = this.write();
    return this.writing;
  }

  private async write(): Promise<void> {
    const changes = [...this.unwritten.values()];
    const creds = this.encode(this.creds);
    if (creds !== this.writtenCreds) changes.push({ ...CREDS, value: creds });
    if (changes.length === 0) return;
    await this.record.writeKeys(changes);
    this.writtenCreds = creds;
    for (const change of changes) {
      if (this.unwritten.get(keyOf(change)) === change) this.unwritten.delete(keyOf(change));
    }
  }

  private encode(value: unknown): string {
    return JSON.stringify(value, this.baileys.BufferJSON.replacer);
  }

  private decode(kind: Kind, text: string): unknown {
    const value = parse(text, this.baileys);
    if (kind !== 'app-state-sync-key') return value;
    return this.baileys.proto.Message.AppStateSyncKeyData.fromObject(value as object);
  }
}

function keyOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind}/${name}`;
}

function parse(text: string, { BufferJSON }: Baileys): unknown {
  return JSON.parse(text, BufferJSON.reviver);
}
