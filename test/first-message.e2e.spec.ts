import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ScriptedSmtpServer } from '../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { freePort } from '../tools/servers/ports.mjs';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { patiently } from './support/patiently.js';

const ROOT = path.join(import.meta.dirname, '..');
/** The README's commands for an installation without Docker. */
const [, COMMANDS = ''] =
  /^\*\*Without\*\*[^]*?```sh\n([^]*?)```/m.exec(readFileSync(path.join(ROOT, 'README.md'), 'utf8')) ?? [];

let database: TestDatabase;
let mailServer: ScriptedSmtpServer;
let directory: string;
let port: number;
beforeAll(async () => {
  [database, mailServer, port] = await Promise.all([createTestDatabase(), ScriptedSmtpServer.start(), freePort()]);
  directory = mkdtempSync(path.join(tmpdir(), 'outbell-first-'));
  writeFileSync(path.join(directory, 'readme.sh'), settingsOf(COMMANDS));
});
afterAll(async () => {
  await mailServer.stop();
  await database.drop();
  rmSync(directory, { recursive: true });
});

/** The README's first command, but that database, mail server and ports are those of the test. */
function settingsOf(commands: string): string {
  const [settings = ''] = /^cat > \.env <<END\n[^]*?^END$/m.exec(commands) ?? [];
  return settings
    .replace(/^DATABASE_URL=.*$/m, `DATABASE_URL=${database.url}\nAPI_PORT=${port}\nWORKER_PORT=0`)
    .replace(
      /^SMTP_URL=.*$/m,
      `SMTP_URL=smtp://127.0.0.1:${mailServer.port}?security=none\nOUTBOUND_ALLOW=127.0.0.0/8`,
    );
}

/** In the directory of the settings, which the environment does not have. */
const inDirectory = () => ({ cwd: directory, env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } });

async function shell(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', line], inDirectory());
  return stdout;
}

const ready = () =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

it('sends a real message after the six commands of the README', async () => {
  await shell('sh readme.sh');
  expect(COMMANDS).toMatch(/^npm start /m);
  const started = spawn(process.execPath, [path.join(ROOT, 'tools/start.mjs')], { ...inDirectory(), stdio: 'ignore' });
  const exited = once(started, 'exit');
  try {
    await patiently(ready);
    const outbell = path.join(ROOT, 'node_modules/.bin/outbell');
    let key = '';
    for (const [line] of COMMANDS.matchAll(/^npx outbell .*$/gm))
      [key = ''] = (await shell(line.replace('npx outbell', outbell))).split('\n');
    const curl = COMMANDS.slice(COMMANDS.indexOf('\ncurl ')).replace(':3000/', `:${port}/`);
    expect(JSON.parse(await shell(curl.replace('ob_live_…', key)))).toMatchObject({ status: 'queued' });
    await patiently(async () => mailServer.messages.length === 1);
    expect(mailServer.messages[0]).toMatch(/^Subject: Hello\r?$/m);
  } finally {
    started.kill('SIGTERM');
    await exited;
  }
  expect(await exited).toEqual([0, null]);
});
