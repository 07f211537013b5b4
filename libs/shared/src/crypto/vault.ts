import { type CipherKey, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.schema.js';
import { KeyRing } from './key-ring.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Names whose secret it is. Part of what is authenticated: a ciphertext copied into another row or tenant does not
 * open.
 */
export interface Owner {
  tenantId: string;
  rowId: string;
}

/** A secret as it is stored: under a data key of its own, which is wrapped by key-encryption key `keyId`. */
export interface SealedRecord {
  keyId: string;
  /** iv (12) + tag (16) + data key, authenticated with tenant, row and key id */
  sealedKey: Buffer;
  /**
   * iv (12) + tag (16) + JSON, authenticated with tenant and row: so a rotation wraps the data key anew and never sees
   * the secret
   */
  sealedData: Buffer;
}

/** The record was altered, moved from another row or tenant, or sealed under another key of the same id. */
export class TamperedError extends Error {
  constructor(owner: Owner, keyId: string) {
    super(
      `the secret of row ${owner.rowId} (tenant ${owner.tenantId}) does not open with key "${keyId}": it ` +
        'was altered, ' +
        `moved from another row, or "${keyId}" is not the key it was sealed with; restore the key, or enter ` +
        'the credentials again',
    );
    this.name = 'TamperedError';
  }
}

/** Seals and opens what must never lie in the database in the clear (envelope encryption, AES-256-GCM). */
@Injectable()
export class Vault {
  private readonly keys: KeyRing;

  constructor(config: Config) {
    this.keys = new KeyRing(config.values.KEY_ENCRYPTION_KEYS);
  }

  /** The key that seals from now on, and under which a rotation brings everything. */
  get activeKeyId(): string {
    return this.keys.activeId;
  }

  seal(owner: Owner, value: object): SealedRecord {
    const dataKey = randomBytes(KEY_BYTES);
    return {
      ...this.wrap(owner, dataKey),
      sealedData: encrypt(dataKey, dataContext(owner), Buffer.from(JSON.stringify(value))),
    };
  }

  /**
   * @typeParam T what was given to `seal`
   * @throws {UnknownKeyError} when the record's key is not among the configured ones
   * @throws {TamperedError} when it was altered or belongs to another row
   */
  open<T>(owner: Owner, sealed: SealedRecord): T {
    const dataKey = this.unwrap(owner, sealed);
    const json = decrypt(dataKey, dataContext(owner), sealed.sealedData);
    if (!json) throw new TamperedError(owner, sealed.keyId);
    return JSON.parse(json.toString()) as T;
  }

  needsRotation(sealed: Pick<SealedRecord, 'keyId'>): boolean {
    return sealed.keyId !== this.keys.activeId;
  }

  /**
   * The same secret with its data key wrapped by the active key.
   *
   * @throws {UnknownKeyError | TamperedError} as `open` does
   */
  rewrap(owner: Owner, sealed: SealedRecord): SealedRecord {
    return { ...this.wrap(owner, this.unwrap(owner, sealed)), sealedData: sealed.sealedData };
  }

  private wrap(owner: Owner, dataKey: Buffer): Pick<SealedRecord, 'keyId' | 'sealedKey'> {
    const keyId = this.keys.activeId;
    return { keyId, sealedKey: encrypt(this.keys.derive(keyId, 'wrap'), keyContext(owner, keyId), dataKey) };
  }

  private unwrap(owner: Owner, { keyId, sealedKey }: SealedRecord): Buffer {
    const dataKey = decrypt(this.keys.derive(keyId, 'wrap'), keyContext(owner, keyId), sealedKey);
    if (dataKey?.length !== KEY_BYTES) throw new TamperedError(owner, keyId);
    return dataKey;
  }
}

// JSON keeps the parts apart: no two owners give the same bytes.
function keyContext(owner: Owner, keyId: string): Buffer {
  return Buffer.from(JSON.stringify(['key', owner.tenantId, owner.rowId, keyId]));
}

function dataContext(owner: Owner): Buffer {
  return Buffer.from(JSON.stringify(['data', owner.tenantId, owner.rowId]));
}

function encrypt(key: CipherKey, context: Buffer, plain: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(context);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** @returns undefined when the bytes are not what `encrypt` made with this key and context */
function decrypt(key: CipherKey, context: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(context)
    .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const body = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    return undefined;
  }
}
