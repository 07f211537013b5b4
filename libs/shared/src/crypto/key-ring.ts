import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const ID = /^[A-Za-z0-9_-]{1,32}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const KEY_BYTES = 32;

/** A key-encryption key of the installation. Held as KeyObject, which neither JSON nor a log line can show. */
export interface KeyEncryptionKey {
  id: string;
  key: KeyObject;
}

/**
 * Reads `id:base64(32 bytes)` entries. Every entry that is wrong is passed to `refuse` with what would mend it, never
 * with the key itself.
 */
export function parseKeys(entries: string[], refuse: (message: string) => void): KeyEncryptionKey[] {
  if (entries.length === 0) refuse('needs at least one key as id:base64(32 bytes); make one: openssl rand -base64 32');
  const keys: KeyEncryptionKey[] = [];
  entries.forEach((entry, index) => {
    const [id, material] = splitOnce(entry, ':');
    const wrong = faultOf(id, material, keys);
    if (wrong !== undefined || material === undefined) refuse(`entry ${index + 1}: ${wrong}`);
    else keys.push({ id, key: createSecretKey(material, 'base64') });
  });
  return keys;
}

function faultOf(id: string, material: string | undefined, before: KeyEncryptionKey[]): string | undefined {
  // Without a colon the text may be a bare key: it must not be echoed.
  if (material === undefined) return 'must be id:base64(32 bytes), for instance k1:<output of openssl rand -base64 32>';
  if (!ID.test(id)) return 'the id before the colon must be 1 to 32 letters, digits, - or _';
  if (!BASE64.test(material)) return `key "${id}" is not base64; make one: openssl rand -base64 32`;
  const bytes = Buffer.from(material, 'base64');
  if (bytes.length !== KEY_BYTES)
    return `key "${id}" has ${bytes.length} bytes, not 32; make one: openssl rand -base64 32`;
  if (before.some((known) => known.id === id)) return `the id "${id}" is used twice; give the new key an id of its own`;
  const twin = before.find((known) => known.key.equals(createSecretKey(bytes)));
  return twin && `key "${id}" is the same key as "${twin.id}": rotating to it would protect nothing`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The key a record or token names is not among KEY_ENCRYPTION_KEYS. */
export class UnknownKeyError extends Error {
  constructor(
    readonly keyId: string,
    present: string[],
  ) {
    super(
      `no key-encryption key "${keyId}" is configured (present: ${present.join(', ')}); ` +
        `add it to KEY_ENCRYPTION_KEYS, after the first, and run \`outbell keys rotate\` before taking it away`,
    );
    this.name = 'UnknownKeyError';
  }
}

/** The key-encryption keys in use: the first is active, the others only open what they once sealed. */
export class KeyRing {
  private readonly byId: ReadonlyMap<string, KeyObject>;
  private readonly derived = new Map<string, KeyObject>();
  readonly activeId: string;

  /** @param keys as parsed from KEY_ENCRYPTION_KEYS, at least one */
  constructor(keys: readonly KeyEncryptionKey[]) {
    const [active] = keys;
    if (!active) throw new Error('a key ring needs at least one key');
    this.activeId = active.id;
    this.byId = new Map(keys.map(({ id, key }) => [id, key]));
  }

  get ids(): string[] {
    return [...this.byId.keys()];
  }

  /**
   * A 32-byte key for one use only (HKDF-SHA256), so that no two uses ever share key material. Uses are few, and each
   * is derived once.
   *
   * @throws {UnknownKeyError}
   */
  derive(keyId: string, use: string): KeyObject {
    const name = `${keyId} ${use}`;
    const known = this.derived.get(name);
    if (known) return known;
    const key = this.byId.get(keyId);
    if (!key) throw new UnknownKeyError(keyId, this.ids);
    const fresh = createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `outbell ${use}`, KEY_BYTES)));
    this.derived.set(name, fresh);
    return fresh;
  }
}
