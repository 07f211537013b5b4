import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLONE } from '../tools/servers/homes.mjs';

const execute = promisify(execFile);

/** Says nothing about speed: times of a shared machine fail for no reason. */
describe('npm run bench', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'outbell-bench-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('measures whole deliveries beside bare BullMQ, and writes what it found', { timeout: 180_000 }, async () => {
    const json = path.join(directory, 'figures.json');
    const only = ['drain-in-process-postgres', 'drain-http-redis', 'bullmq-process-redis'];
    const args = ['--rounds', '1', '--scale', '0.01', '--only', only.join(','), '--json', json];
    const { stdout } = await execute(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...args], { cwd: CLONE });
    const { sections, targets, machine } = JSON.parse(await readFile(json, 'utf8'));
    expect(machine.node).toBe(process.versions.node);
    const figures = sections[0].figures;
    expect(figures.map(({ name }: { name: string }) => name)).toEqual(only);
    for (const { unit, median, rounds } of figures) {
      expect([unit, rounds]).toEqual(['messages/s', 1]);
      expect(median).toBeGreaterThan(0);
    }
    const [target] = targets;
    expect(target.value).toBeCloseTo(figures[1].median / figures[2].median, 6);
    expect(stdout).toContain(target.title);
  });
});
