import { freePort } from '../tools/servers/ports.mjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AppName, BuiltApp } from './support/built-app.js';
import { testEnvironment } from './support/config.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { testRedisUrl } from './support/redis.js';

// What vitest loads one by one, Node must be able to load whole: circles between modules show only here.
describe('the built apps', () => {
  let database: TestDatabase;
  let started: BuiltApp | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    return () => database.drop();
  });

  afterEach(() => started?.kill());

  const queues = [
    ['PostgreSQL', () => database.url],
    ['Redis', () => testRedisUrl()],
  ] as const;

  for (const [queue, url] of queues) {
    for (const name of ['api', 'worker'] satisfies AppName[]) {
      it(`${name} boots with its queue on ${queue}, and drains on SIGTERM`, async () => {
        started = await BuiltApp.start(name, testEnvironment({ DATABASE_URL: database.url, QUEUE_URL: url() }));
        expect(await started.stop()).toBe(0);
      });
    }
  }

  it('all-in-one boots as API and worker in one process, and drains on SIGTERM', async () => {
    const environment = testEnvironment({ DATABASE_URL: database.url, TRANSPORT: 'memory' });
    started = await BuiltApp.start('all-in-one', { ...environment, WORKER_PORT: String(await freePort()) });
    expect(await started.stop()).toBe(0);
  });

  it('sandbox boots and ends', async () => {
    started = await BuiltApp.start('sandbox', testEnvironment());
    await started.stop();
    expect(started.log).not.toMatch(/error/i);
  });

  it('a wrong setting ends the start with its name', async () => {
    await expect(BuiltApp.start('api', { ...testEnvironment(), DATABASE_URL: 'mysql://x' })).rejects.toThrow(
      'DATABASE_URL',
    );
  });

  it('the sandbox refuses to start in production', async () => {
    await expect(BuiltApp.start('sandbox', testEnvironment({ NODE_ENV: 'production' }))).rejects.toThrow(/production/);
  });
});
