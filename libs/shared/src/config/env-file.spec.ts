import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const TSX = path.resolve('node_modules/tsx/dist/cli.mjs');
const LOAD = path.resolve('libs/shared/src/config/load-config.ts');
const PRINT = `import(${JSON.stringify(LOAD)}).then(({ loadConfig }) => {
  const { DATABASE_URL, API_PORT, LOG_LEVEL } = loadConfig().values;
  console.log(JSON.stringify([DATABASE_URL, API_PORT, LOG_LEVEL]));
})`;
const KEY = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'outbell-env-'));
  const lines = [
    'DATABASE_URL=postgres://of-the-file',
    'API_PORT=3333',
    'LOG_LEVEL=warn',
    `KEY_ENCRYPTION_KEYS=${KEY}`,
  ];
  writeFileSync(path.join(directory, '.env'), lines.join('\n'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The settings a process of this environment has, started where the file lies. */
function settingsIn(environment: Record<string, string>): unknown {
  const env = { PATH: process.env['PATH'], ...environment };
  return JSON.parse(execFileSync(process.execPath, [TSX, '--eval', PRINT], { cwd: directory, env, encoding: 'utf8' }));
}

it('takes the settings of .env where the environment names no database, and keeps what it has', () => {
  expect(settingsIn({ LOG_LEVEL: 'error' })).toEqual(['postgres://of-the-file', 3333, 'error']);
});

it('mixes nothing of .env into an environment that has its database', () => {
  const own = { DATABASE_URL: 'postgres://of-the-environment', KEY_ENCRYPTION_KEYS: KEY };
  expect(settingsIn(own)).toEqual(['postgres://of-the-environment', 3000, 'info']);
});
