import { describe, expect, it } from 'vitest';
import { cli } from '../../../test/support/cli.js';
import { testEnvironment } from '../../../test/support/config.js';

describe('a command that cannot do what was asked', () => {
  it('lists every wrong setting at once', async () => {
    const { code, out, err } = await cli({ DATABASE_POOL: '1', KEY_ENCRYPTION_KEYS: 'nonsense' }, 'tenant', 'list');
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/DATABASE_URL: must be set/);
    expect(err).toMatch(/DATABASE_POOL/);
    expect(err).toMatch(/KEY_ENCRYPTION_KEYS: entry 1: must be id:base64/);
    expect(err).not.toContain('nonsense');
  });

  it('says at once, in one line, that the database is away', async () => {
    const away = testEnvironment({ DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/none' });
    for (const command of [['tenant', 'list'], ['migrate'], ['keys', 'rotate']]) {
      const { code, err } = await cli(away, ...command);
      expect(code).toBe(1);
      expect(err).toMatch(/^outbell: the database does not answer: .*ECONNREFUSED.*\(see: outbell doctor\)\n$/);
      expect(err).not.toContain('canary');
    }
  });
});
