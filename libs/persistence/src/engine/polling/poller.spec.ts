import { Injectable, Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { MetricsModule } from '@outbell/shared/metrics/metrics.module.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { LogCapture } from '../../../../../test/support/log-capture.js';
import { until } from '../../../../../test/support/until.js';
import { Poll, polled, type PollResult } from './poll.decorator.js';
import { Poller } from './poller.js';
import { PollerModule } from './poller.module.js';

@Injectable()
class Work {
  readonly seen: string[] = [];

  @Poll({ every: 5 })
  often(): Promise<PollResult> {
    this.seen.push('often');
    return Promise.resolve(polled(2, 10));
  }

  @Poll({ every: 60_000, forEach: ({ CHANNELS }) => CHANNELS })
  eachChannel(channel: string): Promise<PollResult> {
    this.seen.push(channel);
    return Promise.resolve(polled(0));
  }

  @Poll({ every: 5 })
  failing(): Promise<PollResult> {
    return Promise.reject(new Error('the database is away'));
  }

  @Poll({ every: 5, leader: true })
  once(): Promise<PollResult> {
    this.seen.push('once');
    return Promise.resolve(polled(0));
  }

  count(what: string): number {
    return this.seen.filter((one) => one === what).length;
  }
}

@Module({ providers: [Work] })
class WorkModule {}

describe('Poller', () => {
  const logs = new LogCapture();
  let database: TestDatabase;
  let apps: TestingModule[];

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(() => {
    apps = [];
    logs.clear();
    Logger.overrideLogger(logs.logger);
  });
  afterEach(async () => {
    for (const app of apps) await app.close();
    Logger.overrideLogger(false);
  });
  afterAll(() => database.drop());

  async function start(): Promise<TestingModule> {
    const config = testConfig({ DATABASE_URL: database.url, CHANNELS: 'email,sms' });
    const imports = [ConfigModule.forRoot(config), MetricsModule, PollerModule, WorkModule];
    const app = await Test.createTestingModule({ imports }).setLogger(logs.logger).compile();
    await app.init();
    apps.push(app);
    return app;
  }

  it('calls what is declared, once for each item it is declared for', async () => {
    const work = (await start()).get(Work);
    await until(() => Promise.resolve(work.count('often') > 2 && work.seen.includes('sms')));
    expect(work.count('email')).toBe(1);
    expect(work.count('sms')).toBe(1);
  });

  it('goes on after a run that failed, logs it, and counts runs, rows and errors', async () => {
    const app = await start();
    const text = () => app.get(Metrics).text();
    await until(async () => /poll_errors_total\{poll="Work\.failing"\} [2-9]/.test(await text()));
    expect(await text()).toMatch(/outbell_poll_taken_total\{poll="Work\.often"\} [2-9]/);
    expect(await text()).toMatch(/outbell_poll_duration_seconds_count\{poll="Work\.eachChannel:sms"\} 1/);
    expect(logs.lines({ level: 'error' })[0]).toMatchObject({ poll: 'Work.failing' });
    expect(logs.text).toContain('the database is away');
  });

  it('ends the loops of one class, and all before the process ends', async () => {
    const app = await start();
    const work = app.get(Work);
    await until(() => Promise.resolve(work.count('often') > 0));
    await app.get(Poller).stop(Work);
    const count = work.seen.length;
    await database.dataSource.query('SELECT pg_sleep(0.05)');
    expect(work.seen).toHaveLength(count);
  });

  it('has one of several processes do what is done once, and another when that one ends', async () => {
    const works = (await Promise.all([start(), start(), start()])).map((app) => app.get(Work));
    const doing = () => works.filter((work) => work.count('once') > 0);
    await until(() => Promise.resolve(doing().length > 0 && works.every((work) => work.count('often') > 5)));
    expect(doing()).toHaveLength(1);
    const leader = apps.findIndex((app) => app.get(Work) === doing()[0]);
    await apps.splice(leader, 1)[0]?.close();
    await until(() => Promise.resolve(doing().length === 2), 10_000);
  });
});
