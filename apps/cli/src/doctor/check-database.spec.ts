import type { DatabaseProbe } from '@outbell/persistence/database-probe.js';
import { describe, expect, it } from 'vitest';
import { judgeDatabase } from './check-database.js';

const SOUND: DatabaseProbe = {
  versionNumber: 160_004,
  version: '16.4',
  pendingMigrations: [],
  missingPartitions: [],
  clockSkewMs: 0,
};

/** All that is not as it should be. */
function complaints(change: Partial<DatabaseProbe>) {
  return judgeDatabase({ ...SOUND, ...change }, 'db:5432/outbell').filter(({ status }) => status !== 'ok');
}

describe('judgeDatabase', () => {
  it('is content with PostgreSQL 16, this release’s schema, partitions and one time of day', () => {
    expect(complaints({})).toEqual([]);
  });

  it('asks for a newer server', () => {
    const [old] = complaints({ versionNumber: 150_018, version: '15.18' });
    expect(old).toMatchObject({ status: 'fail', found: 'PostgreSQL 15.18 at db:5432/outbell' });
    expect(old?.mend).toMatch(/PostgreSQL 16 or newer/);
  });

  it('names months whose messages would find no table', () => {
    const [missing] = complaints({ missingPartitions: ['2026-12'] });
    expect(missing).toMatchObject({ status: 'fail', found: 'no partition for messages of 2026-12' });
    expect(missing?.mend).toMatch(/^outbell migrate/);
  });

  it.each([
    [-2_000, undefined],
    [5_000, { check: 'clock', status: 'warn', found: 'this machine’s clock is 5000 ms behind the database’s' }],
    [
      -7_200_000,
      { check: 'clock', status: 'fail', found: 'this machine’s clock is 7200000 ms ahead of the database’s' },
    ],
  ])('judges clocks %i ms apart', (clockSkewMs, complaint) => {
    expect(complaints({ clockSkewMs })).toMatchObject(complaint ? [complaint] : []);
  });
});
