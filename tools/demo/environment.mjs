import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { freePort } from '../servers/ports.mjs';
import { ENVIRONMENT } from './paths.mjs';

const PORTS = { API_PORT: 3000, WORKER_PORT: 3001, SANDBOX_PORT: 3002, SANDBOX_SMTP_PORT: 1025 };

/**
 * The settings of this start, kept in `.outbell/env` (docs/env.md names them all; what you add there stays). Keys are
 * made once; ports that are taken are exchanged for this time.
 *
 * @param {string} databaseUrl
 * @param {(line: string) => void} say
 * @returns {Promise<Record<string, string>>}
 */
export async function prepareEnvironment(databaseUrl, say) {
  const kept = readEnvironment();
  const ports = await choosePorts(say);
  const environment = {
    KEY_ENCRYPTION_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    CHANNELS: 'email,sms,whatsapp,push,voice',
    OUTBOUND_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'info',
    ...kept,
    ...ports,
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: `http://localhost:${ports['API_PORT']}`,
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(ENVIRONMENT, lines.join(''), { mode: 0o600 });
  return environment;
}

/**
 * The usual ports first, so that what was exchanged once comes back; `API_PORT=4000 npm run demo` asks for others.
 *
 * @param {(line: string) => void} say
 */
async function choosePorts(say) {
  /** @type {Record<string, string>} */
  const chosen = {};
  for (const [name, usual] of Object.entries(PORTS)) {
    const wanted = Number(process.env[name] ?? usual);
    let port = await freePort(wanted);
    while (Object.values(chosen).includes(String(port))) port = await freePort();
    if (port !== wanted) say(`  Port ${wanted} (${name}) is taken: using ${port}`);
    chosen[name] = String(port);
  }
  return chosen;
}

/** @returns {Record<string, string>} */
function readEnvironment() {
  if (!existsSync(ENVIRONMENT)) return {};
  const lines = readFileSync(ENVIRONMENT, 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => [/^([A-Z_]+)=(.*)$/.exec(line)?.slice(1) ?? []].filter((pair) => pair.length)),
  );
}
