import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fetchedNode } from './fetch.mjs';

const NAME = 'node-of-a-spec';
const VERSION = '24.99.0';

let scratch: string;
let home: string;
let registry: Server;
let tarball: Buffer;
let asked: string[];
const lines: string[] = [];

/** A registry with one package, whose binary only tells its version. */
beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'outbell-node-'));
  home = path.join(scratch, 'home');
  tarball = pack(`v${VERSION}`);
  asked = [];
  lines.length = 0;
  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    const dist = { tarball: `${address()}/${NAME}.tgz`, integrity: integrityOf(tarball) };
    const packument = { name: NAME, versions: { [VERSION]: { name: NAME, version: VERSION, dist } } };
    if (request.url === `/${NAME}.tgz`) response.end(tarball);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(packument));
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  vi.stubEnv('npm_config_registry', address());
  vi.stubEnv('npm_config_cache', path.join(scratch, 'cache'));
  vi.stubEnv('npm_config_fetch_retries', '0');
});

afterEach(() => {
  vi.unstubAllEnvs();
  registry.close();
  rmSync(scratch, { recursive: true });
});

const address = () => `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;

const integrityOf = (packed: Buffer) => `sha512-${createHash('sha512').update(packed).digest('base64')}`;

function pack(version: string): Buffer {
  const folder = path.join(scratch, 'package');
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  mkdirSync(path.join(folder, 'include'), { recursive: true });
  writeFileSync(path.join(folder, 'include', 'node.h'), 'what else is packed');
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: NAME, version: VERSION }));
  writeFileSync(path.join(folder, 'bin', 'node'), `#!/bin/sh\necho ${version}\n`);
  chmodSync(path.join(folder, 'bin', 'node'), 0o755);
  return execFileSync('tar', ['-cz', '-C', scratch, 'package']);
}

const fetchNode = (integrity = integrityOf(tarball)) =>
  fetchedNode((line) => lines.push(line), { name: NAME, version: VERSION, integrity }, home);

/** All that is kept. */
const files = () => readdirSync(home, { recursive: true }).map(String).sort();

it('keeps the binary alone, fetched once from the user’s registry', async () => {
  const node = await fetchNode();
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toBe(`v${VERSION}\n`);
  expect(files()).toEqual(['bin', 'bin/node']);
  expect(lines).toEqual([
    expect.stringMatching(/^Fetching Node 24\.99\.0 from npm, once/),
    expect.stringMatching(/^✓ Node 24\.99\.0 is in .*bin\/node \(\d+ s\)$/),
  ]);
  asked.length = 0;
  expect(await fetchNode()).toBe(node);
  expect(asked).toEqual([]);
  expect(lines).toHaveLength(2);
});

it('replaces the binary of an earlier version', async () => {
  mkdirSync(path.join(home, 'bin'), { recursive: true });
  writeFileSync(path.join(home, 'bin', 'node'), '#!/bin/sh\necho v24.1.0\n', { mode: 0o755 });
  expect(readFileSync(await fetchNode(), 'utf8')).toContain(VERSION);
});

it('may run several times at once', async () => {
  const nodes = await Promise.all([fetchNode(), fetchNode(), fetchNode()]);
  expect(new Set(nodes).size).toBe(1);
  expect(files()).toEqual(['bin', 'bin/node']);
});

it('refuses what is not what this project names', async () => {
  const wanted = integrityOf(tarball);
  tarball = pack('v24.99.0-with-something-else');
  await expect(fetchNode(wanted)).rejects.toThrow(/could not fetch node-of-a-spec@24\.99\.0:[^]*EINTEGRITY/);
  expect(files()).toEqual(['bin']);
});

it('refuses a binary that does not run here', async () => {
  tarball = pack('not a version');
  await expect(fetchNode()).rejects.toThrow('does not run here');
  expect(files()).toEqual(['bin']);
});

it('says what to do when the registry is away', async () => {
  registry.close();
  registry.closeAllConnections();
  await expect(fetchNode()).rejects.toThrow(/ECONNREFUSED[^]*Install Node 24 yourself[^]*npm config get registry/);
  expect(files()).toEqual(['bin']);
});
