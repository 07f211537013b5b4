import { Injectable, Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { MetricsModule } from '@outbell/shared/metrics/metrics.module.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { until } from '../../../../../test/support/until.js';
import { lastDue } from './last-due.js';
import { PollerModule } from './poller.module.js';
import { ScheduleFireRepository } from './schedule-fire.repository.js';
import { Scheduled } from './scheduled.decorator.js';
import { ScheduledJobs } from './scheduled-jobs.js';

const fired: Date[] = [];
let failures = 0;

@Injectable()
class Yearly {
  @Scheduled({ job: 'spec.yearly', cron: '0 3 1 1 *', timeZone: 'Europe/Paris' })
  run(dueAt: Date): Promise<void> {
    if (failures-- > 0) return Promise.reject(new Error('not now'));
    fired.push(dueAt);
    return Promise.resolve();
  }
}

@Module({ providers: [Yearly] })
class YearlyModule {}

describe('ScheduledJobs', () => {
  let database: TestDatabase;
  let fires: ScheduleFireRepository;
  let apps: TestingModule[];

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    fires = new ScheduleFireRepository(database.dataSource);
    apps = [];
    fired.length = 0;
    failures = 0;
  });
  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await database.drop();
  });

  async function start(): Promise<ScheduledJobs> {
    const config = testConfig({ DATABASE_URL: database.url, DATABASE_POOL: '2' });
    const imports = [ConfigModule.forRoot(config), MetricsModule, PollerModule, YearlyModule];
    const app = await Test.createTestingModule({ imports }).compile();
    apps.push(app);
    await app.init();
    return app.get(ScheduledJobs);
  }

  const leaseEnds = () => database.dataSource.query('UPDATE schedule_fire SET lease_until = now()');
  const rows = () =>
    database.dataSource.query<object[]>('SELECT fence, finished_at IS NULL AS open FROM schedule_fire');

  it('catches up once with a fire that was missed, over all processes', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, start));
    await until(() => Promise.resolve(fired.length > 0));
    await Promise.all(all.map((jobs) => jobs.fire('spec.yearly')));
    expect(fired).toEqual([lastDue('0 3 1 1 *', 'Europe/Paris', new Date())]);
    await until(async () => JSON.stringify(await rows()) === JSON.stringify([{ fence: 1, open: false }]));
  });

  it('tries a fire again that failed, or whose process died', async () => {
    failures = 1;
    const jobs = await start();
    await until(() => Promise.resolve(failures <= 0));
    await jobs.fire('spec.yearly');
    expect(fired).toEqual([]);
    expect(await jobs.fire('spec.yearly')).toBe(false);
    await until(async () => {
      await leaseEnds();
      return jobs.fire('spec.yearly');
    });
    expect(fired).toHaveLength(1);
    expect(await rows()).toEqual([{ fence: 2, open: false }]);
  });

  it('gives a process that stood still no say any more', async () => {
    const due = new Date('2026-01-01T00:00:00Z');
    const slow = await fires.take('job', due, 60_000);
    await leaseEnds();
    const next = await fires.take('job', due, 60_000);
    expect(next?.fence).toBe(2);
    expect(await fires.renew(slow!, 60_000)).toBe(false);
    await fires.finish(slow!);
    expect(await rows()).toEqual([{ fence: 2, open: true }]);
    await fires.finish(next!);
    expect(await fires.take('job', due, 60_000)).toBeNull();
  });

  it('forgets earlier fires when a later one is done', async () => {
    for (const day of ['2026-01-01', '2026-01-02'])
      await fires.finish((await fires.take('job', new Date(day), 1_000))!);
    expect(await rows()).toHaveLength(1);
  });
});

describe('lastDue', () => {
  it.each([
    ['*/5 * * * *', 'UTC', '2026-11-30T19:33:10Z', '2026-11-30T19:30:00.000Z'],
    ['0 * * * *', 'UTC', '2026-11-30T19:00:00Z', '2026-11-30T19:00:00.000Z'],
    ['30 9 * * 1', 'America/New_York', '2026-11-30T14:29:59Z', '2026-11-23T14:30:00.000Z'],
    ['30 2 * * *', 'Europe/Paris', '2027-03-28T12:00:00Z', '2027-03-28T01:00:00.000Z'],
    ['0 0 29 2 *', 'UTC', '2026-11-30T00:00:00Z', null],
  ])('of %s in %s at %s is %s', (cron, timeZone, now, due) => {
    expect(lastDue(cron, timeZone, new Date(now))?.toISOString() ?? null).toBe(due);
  });

  it('refuses what is no schedule or no time zone', () => {
    expect(() => lastDue('every day', 'UTC', new Date())).toThrow();
    expect(() => lastDue('0 0 * * *', 'Europe/Nowhere', new Date())).toThrow();
  });
});
