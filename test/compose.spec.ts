import { configSchema } from '@outbell/shared/config/config.schema.js';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = path.join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Service {
  env_file?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  stop_grace_period?: string;
}

const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const ours = ['api', 'worker', 'migrate'].map((name) => [name, services[name] as Service] as const);
const KEYS = Object.keys(configSchema.shape);

describe('docker compose', () => {
  it.each(ours)('gives %s every setting of `.env`, but those it decides itself', (_, { env_file, environment }) => {
    expect(env_file).toEqual(['.env']);
    const decided = Object.keys(environment ?? {});
    for (const name of decided) expect(KEYS).toContain(name);
    expect(decided.toSorted()).toEqual(
      [
        ...['API_HOST', 'API_PORT', 'DATABASE_URL', 'KEY_ENCRYPTION_KEYS', 'NODE_ENV', 'QUEUE_URL'],
        ...['WORKER_HOST', 'WORKER_PORT'],
      ].toSorted(),
    );
  });

  it('has an example of `.env` with every setting', () => {
    const named = read('.env.example').match(/^(# )?[A-Z_]+(?==)/gm) ?? [];
    const names = named.map((name) => name.replace('# ', ''));
    expect(names.toSorted()).toEqual([...KEYS, 'API_PUBLISHED_PORTS', 'POSTGRES_PASSWORD'].toSorted());
  });

  it('lets several APIs run: none has a port of the host to itself', () => {
    expect(services['api']?.ports).toEqual(['127.0.0.1:${API_PUBLISHED_PORTS:-3000-3009}:3000']);
    expect(services['worker']?.ports).toBeUndefined();
  });

  it('leaves them the time to drain', () => {
    const { SHUTDOWN_TIMEOUT_MS } = configSchema.parse({
      DATABASE_URL: 'postgres://outbell@postgres/outbell',
      KEY_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
    });
    for (const [, { stop_grace_period: grace = '' }] of ours)
      expect(Number.parseInt(grace, 10) * 1_000).toBeGreaterThan(SHUTDOWN_TIMEOUT_MS);
  });
});
