import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { loadConfig } from '@outbell/shared/config/load-config.js';

/**
 * Settings that are valid as they are and disturb nobody: any free port, silent, a key of their own. Database tests
 * give theirs.
 */
export function testConfig(overrides: Record<string, string> = {}): Config {
  return loadConfig(testEnvironment(overrides));
}

/** The same as environment variables, for a built app that is spawned. */
export function testEnvironment(overrides: Record<string, string> = {}): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: inject('postgresUrl'),
    DATABASE_POOL: '5',
    KEY_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    API_PORT: '0',
    WORKER_PORT: '0',
    SANDBOX_PORT: '0',
    SANDBOX_SMTP_PORT: '0',
    LOG_LEVEL: 'silent',
    ...overrides,
  };
}
