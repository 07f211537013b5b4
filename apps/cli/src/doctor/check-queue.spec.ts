import { describe, expect, it } from 'vitest';
import { judgeRedis } from './check-queue.js';

describe('judgeRedis', () => {
  it('is content with noeviction and an append-only file', () => {
    const findings = judgeRedis({ kind: 'redis', version: '7.4.1', evictionPolicy: 'noeviction', appendOnly: true });
    expect(findings).toMatchObject([{ status: 'ok' }]);
  });

  it('names all that endangers jobs, and the mend', () => {
    const findings = judgeRedis({ kind: 'redis', version: '6.2.0', evictionPolicy: 'allkeys-lru', appendOnly: false });
    expect(findings.map(({ status, mend }) => `${status} ${mend}`)).toEqual([
      expect.stringMatching(/^fail upgrade to Redis 7/),
      expect.stringMatching(/^fail .*maxmemory-policy noeviction/),
      expect.stringMatching(/^warn .*appendonly yes/),
    ]);
  });
});
