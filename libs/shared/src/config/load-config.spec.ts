import { describe, expect, it } from 'vitest';
import { testEnvironment } from '../../../../test/support/config.js';
import { loadConfig } from './load-config.js';

describe('loadConfig', () => {
  it.each([
    ['DATABASE_POOL', 'many', 'is set, but no number'],
    ['API_PORT', '80a', 'is set, but no number'],
    ['RETRY_FACTOR', 'x4', 'is set, but no number'],
    ['PAUSE_MIN', '2.5', 'is set, but no whole number'],
    ['LEASE_MS', '1e3.', 'is set, but no number'],
  ])('says of %s=%s that it %s', (name, text, words) => {
    expect(() => loadConfig({ ...testEnvironment(), [name]: text })).toThrow(`${name}: ${words}`);
  });

  it.each([
    ['nothing', ''],
    ['a PostgreSQL', 'postgres://localhost/queue'],
  ])('does not start redis-streams with %s in QUEUE_URL', (_, QUEUE_URL) => {
    const environment = { ...testEnvironment(), TRANSPORT: 'redis-streams', QUEUE_URL };
    expect(() => loadConfig(environment)).toThrow('QUEUE_URL: must name a Redis');
    expect(loadConfig({ ...environment, QUEUE_URL: 'rediss://localhost' }).values.TRANSPORT).toBe('redis-streams');
  });

  it('says of what is not set that it must be', () => {
    expect(() => loadConfig({ ...testEnvironment(), DATABASE_URL: '' })).toThrow('DATABASE_URL: must be set');
  });
});
