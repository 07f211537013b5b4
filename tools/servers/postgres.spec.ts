import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { becomesTrue, isAlive } from './processes.mjs';
import { startPostgres } from './postgres.mjs';

const start = () => startPostgres({ name: `test/run-${process.pid}/server`, say: () => undefined });

describe('startPostgres', () => {
  let directory = '';

  afterAll(async () => {
    const server = await start();
    await server.stop();
    rmSync(path.dirname(directory), { recursive: true, force: true });
  });

  it('starts a server, and finds the one that runs already', async () => {
    const first = await start();
    const second = await start();
    directory = first.directory;
    expect([first.reused, second.reused]).toEqual([false, true]);
    expect(second.url).toBe(first.url);
  });

  it('starts again on the same port after a kill that left its pid file', async () => {
    const killed = await start();
    const pid = Number(readFileSync(path.join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await becomesTrue(() => !isAlive(pid), 5_000);
    const again = await start();
    expect([again.reused, again.url]).toEqual([false, killed.url]);
  });

  it('stops what it started', async () => {
    await (await start()).stop();
    const { reused } = await start();
    expect(reused).toBe(false);
  });
});
