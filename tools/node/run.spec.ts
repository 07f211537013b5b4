import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const RUN = pathToFileURL(path.join(import.meta.dirname, 'run.mjs')).href;
const CLONE = path.join(import.meta.dirname, '../..');

/** Starts a process that runs a program as where Node is too old: under another one (here the same). */
function startUnder(program: string) {
  const code = `
    import { runUnder } from '${RUN}';
    process.exitCode = await runUnder(process.execPath, ['--eval', ${JSON.stringify(program)}]);`;
  return spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

it('answers with the exit code of the program', async () => {
  expect(await once(startUnder('process.exit(7)'), 'exit')).toEqual([7, null]);
});

it('answers as shells do when a signal ended the program', async () => {
  expect(await once(startUnder('process.kill(process.pid, "SIGKILL")'), 'exit')).toEqual([137, null]);
});

it('hands on the signals', async () => {
  const started = startUnder(`
    process.on('SIGTERM', () => process.exit(3));
    setInterval(() => undefined, 1_000);
    console.log('ready');`);
  await once(started.stdout, 'data');
  started.kill('SIGTERM');
  expect(await once(started, 'exit')).toEqual([3, null]);
});

it('puts its Node first on the PATH of what the program starts', async () => {
  const started = startUnder('console.log(process.env.PATH)');
  const [line] = (await once(started.stdout.setEncoding('utf8'), 'data')) as [string];
  expect(line.split(path.delimiter)[0]).toBe(path.dirname(process.execPath));
});

it('runs commands of packages, and says what is missing', async () => {
  const run = (...args: string[]) => promisify(execFile)(process.execPath, ['tools/run.mjs', ...args], { cwd: CLONE });
  expect((await run('tsc', '--version')).stdout).toMatch(/^Version \d/);
  await expect(run('no-such-command')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm ci') });
});
