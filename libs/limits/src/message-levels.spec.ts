import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { MessageLevels } from './message-levels.js';

const RATE_LIMITS = 'sender=20/min,1000/h;tenant=5000/h;domain=200/h;installation=20000/h';
const message = { tenantId: 't1', senderId: 's1', recipientDomain: 'Example.ORG', tenantLimits: '', senderLimits: '' };

describe('MessageLevels', () => {
  it('puts a message under the installation’s limits on every level', () => {
    expect(new MessageLevels(testConfig({ RATE_LIMITS })).levelsOf(message)).toEqual([
      { key: 'sender:s1:60000', limit: 20, windowMs: 60_000 },
      { key: 'sender:s1:3600000', limit: 1_000, windowMs: 3_600_000 },
      { key: 'tenant:t1:3600000', limit: 5_000, windowMs: 3_600_000 },
      { key: 'domain:t1:example.org:3600000', limit: 200, windowMs: 3_600_000 },
      { key: 'installation:3600000', limit: 20_000, windowMs: 3_600_000 },
    ]);
  });

  it('lets a tenant’s and a sender’s own limits replace those of their level', () => {
    const levels = new MessageLevels(testConfig({ RATE_LIMITS })).levelsOf({
      ...message,
      tenantLimits: '9/s',
      senderLimits: '5/d',
    });
    expect(levels.map(({ key, limit }) => [key, limit])).toEqual([
      ['sender:s1:86400000', 5],
      ['tenant:t1:1000', 9],
      ['domain:t1:example.org:3600000', 200],
      ['installation:3600000', 20_000],
    ]);
  });

  it('has no domain limit for a recipient without a domain, and no levels by default', () => {
    const phone = { ...message, recipientDomain: undefined };
    expect(new MessageLevels(testConfig({ RATE_LIMITS })).levelsOf(phone).map(({ key }) => key)).not.toContainEqual(
      expect.stringMatching(/^domain/),
    );
    expect(new MessageLevels(testConfig()).levelsOf(message)).toEqual([]);
  });

  it('puts a message under what its connection’s vendor takes', () => {
    const levels = new MessageLevels(testConfig({ RATE_LIMITS: 'sender=20/min' }));
    const limit = { key: 'connection:c1:60000', limit: 5, windowMs: 60_000 };
    const connection = { id: 'c1', limits: '5/min' };
    expect(levels.levelsOf({ ...message, connection })).toEqual([
      limit,
      { key: 'sender:s1:60000', limit: 20, windowMs: 60_000 },
    ]);
    expect(levels.levelsOf({ ...message, connection: { ...connection, id: 'c2' } })[0]?.key).toBe(
      'connection:c2:60000',
    );
    expect(levels.levelsOf(message)).toHaveLength(1);
    expect(levels.ofConnection(connection)).toEqual([limit]);
  });

  it('refuses to start with limits that are not well written', () => {
    expect(() => new MessageLevels(testConfig({ RATE_LIMITS: 'sender=20' }))).toThrow(/RATE_LIMITS: "20" is no rate/);
  });
});
