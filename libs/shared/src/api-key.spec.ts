import { describe, expect, it } from 'vitest';
import { hashSecret, newApiKey, parseApiKey } from './api-key.js';

describe('an API key', () => {
  it.each(['live', 'test'] as const)('of mode %s is found by its prefix and proven by its secret', (mode) => {
    const { key, prefix, secretHash } = newApiKey(mode);
    expect(prefix).toMatch(new RegExp(`^ob_${mode}_[0-9A-Za-z]{12}$`));
    const parsed = parseApiKey(key);
    expect(parsed?.prefix).toBe(prefix);
    expect(hashSecret(parsed?.secret ?? '')).toEqual(secretHash);
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 100 }, () => newApiKey('live').key)).size).toBe(100);
  });

  const { key, prefix } = newApiKey('live');
  it.each(['', prefix, `${prefix}_`, `${key}x`, ` ${key}`, `${key}\n`, key.replace('live', 'prod'), key.slice(0, -1)])(
    'is not %j',
    (text) => {
      expect(parseApiKey(text)).toBeNull();
    },
  );
});
