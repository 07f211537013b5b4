import { describe, expect, it } from 'vitest';
import { type Config } from '../config/config.schema.js';
import { loadConfig } from '../config/load-config.js';
import { newId } from '../uuid.js';
import { UnknownKeyError } from './key-ring.js';
import { type SealedRecord, TamperedError, Vault } from './vault.js';

const K1 = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const K2 = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
const OTHER_K1 = `k1:${Buffer.alloc(32, 3).toString('base64')}`;

function configOf(...keys: string[]): Config {
  return loadConfig({ DATABASE_URL: 'postgres://localhost/x', KEY_ENCRYPTION_KEYS: keys.join(',') });
}

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 1;
  return copy;
}

const owner = { tenantId: newId(), rowId: newId() };
const secret = { host: 'smtp.example.com', password: 'canary-7f3a' };
const vault = new Vault(configOf(K1));
const sealed = vault.seal(owner, secret);

describe('seal and open', () => {
  it('returns what was sealed, to its owner', () => {
    expect(vault.open(owner, sealed)).toEqual(secret);
  });

  it('never gives the same bytes twice and shows nothing of the secret', () => {
    const again = vault.seal(owner, secret);
    expect(again.sealedData.equals(sealed.sealedData)).toBe(false);
    expect(again.sealedKey.equals(sealed.sealedKey)).toBe(false);
    expect(sealed.sealedData.includes('canary')).toBe(false);
  });
});

describe('a record that was altered', () => {
  const positions = { iv: 0, tag: 12, ciphertext: 28 };
  for (const [part, at] of Object.entries(positions)) {
    it(`does not open with a flipped ${part} of the data`, () => {
      expect(() => vault.open(owner, { ...sealed, sealedData: flip(sealed.sealedData, at) })).toThrow(TamperedError);
    });
    it(`does not open with a flipped ${part} of the key`, () => {
      expect(() => vault.open(owner, { ...sealed, sealedKey: flip(sealed.sealedKey, at) })).toThrow(TamperedError);
    });
  }

  it.each([0, 11, 27, 28])('does not open when cut to %i bytes', (length) => {
    expect(() => vault.open(owner, { ...sealed, sealedData: sealed.sealedData.subarray(0, length) })).toThrow(
      TamperedError,
    );
    expect(() => vault.open(owner, { ...sealed, sealedKey: sealed.sealedKey.subarray(0, length) })).toThrow(
      TamperedError,
    );
  });

  it('does not open with the sealed key of another record of the same row', () => {
    const former = vault.seal(owner, { password: 'former' });
    expect(() => vault.open(owner, { ...sealed, sealedKey: former.sealedKey })).toThrow(TamperedError);
  });
});

describe('a record that was moved', () => {
  const otherRow = { ...owner, rowId: newId() };
  const otherTenant = { ...owner, tenantId: newId() };

  it.each([
    ['row', otherRow],
    ['tenant', otherTenant],
  ])('does not open in another %s', (_, other) => {
    expect(() => vault.open(other, sealed)).toThrow(TamperedError);
    expect(() => vault.rewrap(other, sealed)).toThrow(TamperedError);
    const there = vault.seal(other, secret);
    expect(() => vault.open(other, { ...there, sealedData: sealed.sealedData })).toThrow(TamperedError);
    expect(() => vault.open(other, { ...there, sealedKey: sealed.sealedKey })).toThrow(TamperedError);
  });

  it('does not open under another key id', () => {
    const both = new Vault(configOf(K1, K2));
    expect(() => both.open(owner, { ...sealed, keyId: 'k2' })).toThrow(TamperedError);
  });
});

describe('errors', () => {
  const errorOf = (open: () => unknown): Error => {
    try {
      open();
    } catch (error) {
      return error as Error;
    }
    return expect.unreachable();
  };

  it('name an unknown key id and how to mend it', () => {
    const error = errorOf(() => new Vault(configOf(K2)).open(owner, sealed));
    expect(error).toBeInstanceOf(UnknownKeyError);
    expect(error.message).toMatch(/"k1".*present: k2.*KEY_ENCRYPTION_KEYS/);
  });

  it('name the row when another key carries the id, and hold no secret', () => {
    const error = errorOf(() => new Vault(configOf(OTHER_K1)).open(owner, sealed));
    expect(error).toBeInstanceOf(TamperedError);
    expect(error.message).toContain(owner.rowId);
    expect(error.message).not.toContain('canary');
  });
});

describe('rotation', () => {
  const rotating = new Vault(configOf(K2, K1));
  const rewrapped: SealedRecord = rotating.rewrap(owner, sealed);

  it('reads records of the old key and of the new one', () => {
    expect(rotating.open(owner, sealed)).toEqual(secret);
    expect(rotating.open(owner, rotating.seal(owner, secret))).toEqual(secret);
  });

  it('brings a record under the active key without touching its data', () => {
    expect(rotating.needsRotation(sealed)).toBe(true);
    expect(rewrapped.keyId).toBe('k2');
    expect(rewrapped.sealedData).toBe(sealed.sealedData);
    expect(rotating.needsRotation(rewrapped)).toBe(false);
  });

  it('lets the old key go', () => {
    expect(new Vault(configOf(K2)).open(owner, rewrapped)).toEqual(secret);
  });
});
