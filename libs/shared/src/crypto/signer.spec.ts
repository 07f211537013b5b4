import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.js';
import { Signer } from './signer.js';

const K1 = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const K2 = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
const OTHER_K1 = `k1:${Buffer.alloc(32, 3).toString('base64')}`;

function signerWith(...keys: string[]): Signer {
  return new Signer(loadConfig({ DATABASE_URL: 'postgres://localhost/x', KEY_ENCRYPTION_KEYS: keys.join(',') }));
}

const signer = signerWith(K1);
const value = 'tenant|é@exämple.com|"';
const token = signer.sign('unsubscribe', value);

describe('a token', () => {
  it('returns its value and is safe in a URL', () => {
    expect(signer.verify('unsubscribe', token)).toBe(value);
    expect(encodeURIComponent(token)).toBe(token);
  });

  it('carries the empty value too', () => {
    expect(signer.verify('p', signer.sign('p', ''))).toBe('');
  });

  it('is refused for another purpose', () => {
    expect(signer.verify('login', token)).toBeNull();
  });

  it('is refused when any part of it was changed', () => {
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(signer.verify('unsubscribe', changed), changed).toBeNull();
    }
  });

  it.each(['', '.', '..', '...', 'k1', 'k1..', `${token}.`, `${token}x`, `${token} `, '__proto__.a.b'])(
    'is not %j',
    (garbage) => {
      expect(signer.verify('unsubscribe', garbage)).toBeNull();
    },
  );
});

describe('after a rotation', () => {
  it('a token of an old key is good while the key is configured', () => {
    expect(signerWith(K2, K1).verify('unsubscribe', token)).toBe(value);
    expect(signerWith(K2).verify('unsubscribe', token)).toBeNull();
  });

  it('new tokens carry the new key', () => {
    expect(signerWith(K2, K1).sign('unsubscribe', value)).toMatch(/^k2\./);
  });

  it('another key of the same id signs nothing valid', () => {
    expect(signerWith(OTHER_K1).verify('unsubscribe', token)).toBeNull();
  });
});
