import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ScriptedSmtpServer } from '../libs/providers/src/email/testing/scripted-smtp-server.js';
import { freePort } from '../tools/servers/ports.mjs';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { patiently } from './support/patiently.js';

const COMMAND = path.resolve('node_modules/.bin/outbell');

let database: TestDatabase;
let mailServer: ScriptedSmtpServer;
let directory: string;
let port: number;
beforeAll(async () => {
  [database, mailServer, port] = await Promise.all([createTestDatabase(), ScriptedSmtpServer.start(), freePort()]);
  directory = mkdtempSync(path.join(tmpdir(), 'outbell-first-'));
  writeFileSync(path.join(directory, '.env'), envFile());
});
afterAll(async () => {
  await mailServer.stop();
  await database.drop();
  rmSync(directory, { recursive: true });
});

/** As the README has it, but that mail goes to this machine. */
function envFile(): string {
  return `DATABASE_URL=${database.url}
KEY_ENCRYPTION_KEYS=k1:${randomBytes(32).toString('base64')}
INSTALLATION_CONNECTIONS=true
SMTP_URL=smtp://127.0.0.1:${mailServer.port}?security=none
OUTBOUND_ALLOW=127.0.0.0/8
API_PORT=${port}
WORKER_PORT=0
`;
}

/** In the directory of the settings, which the environment does not have. */
const inDirectory = () => ({ cwd: directory, env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } });

async function outbell(...args: string[]) {
  const { stdout } = await promisify(execFile)(COMMAND, [...args, '--json'], inDirectory());
  return JSON.parse(stdout);
}

const ready = () =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

async function send(key: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': 'first' },
    body: JSON.stringify({
      ...{ channel: 'email', to: 'ada@example.com', sender: 'hello@acme.example' },
      subject: 'Hello',
      text: 'It works.',
    }),
  });
  return response.status;
}

it('sends a real message after the commands of the README, from a .env and npm start', async () => {
  const started = spawn(process.execPath, [path.resolve('tools/start.mjs')], { ...inDirectory(), stdio: 'ignore' });
  try {
    await patiently(ready);
    await outbell('tenant', 'create', 'acme');
    await outbell('sender', 'grant', 'acme', 'email', 'hello@acme.example');
    const options = ['--tenant', 'acme', '--name', 'shop', '--scopes', 'all', '--mode', 'live'];
    expect(await send((await outbell('key', 'create', ...options)).key)).toBe(202);
    await patiently(async () => mailServer.messages.length === 1);
    expect(mailServer.messages[0]).toMatch(/^From: .*hello@acme\.example/m);
  } finally {
    const exited = once(started, 'exit');
    started.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  }
});
