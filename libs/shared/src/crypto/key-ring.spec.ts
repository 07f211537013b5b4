import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.js';
import { KeyRing, parseKeys } from './key-ring.js';

const K1 = Buffer.alloc(32, 1).toString('base64');
const K2 = Buffer.alloc(32, 2).toString('base64');

function faults(...entries: string[]): string[] {
  const messages: string[] = [];
  parseKeys(entries, (message) => messages.push(message));
  return messages;
}

describe('parseKeys', () => {
  it('reads keys in order', () => {
    const keys = parseKeys([`k1:${K1}`, `2026-11_b:${K2}`], expect.unreachable);
    expect(keys.map((key) => key.id)).toEqual(['k1', '2026-11_b']);
  });

  it.each([
    [[], /at least one key/],
    [[K1], /entry 1: must be id:base64/],
    [[`:${K1}`], /the id before the colon/],
    [[`k 1:${K1}`], /the id before the colon/],
    [['k1:not base64!'], /key "k1" is not base64/],
    [[`k1:${Buffer.alloc(16).toString('base64')}`], /key "k1" has 16 bytes, not 32/],
    [['k1:'], /key "k1" has 0 bytes, not 32/],
    [[`k1:${K1}`, `k1:${K2}`], /entry 2: the id "k1" is used twice/],
    [[`k1:${K1}`, `k2:${K1}`], /entry 2: key "k2" is the same key as "k1"/],
  ])('refuses %j', (entries, message) => {
    expect(faults(...entries)).toEqual([expect.stringMatching(message)]);
  });

  it('names every wrong entry and never shows a key', () => {
    const messages = faults(K1, 'k2:short', `k3:${K1}`, `k3:${K2}`);
    expect(messages).toHaveLength(3);
    expect(messages.join()).not.toContain(K1);
    expect(messages.join()).not.toContain(K2);
  });
});

describe('KEY_ENCRYPTION_KEYS', () => {
  const env = { DATABASE_URL: 'postgres://localhost/x' };

  it('is refused with the other wrong settings', () => {
    const load = () => loadConfig({ ...env, API_PORT: 'x', KEY_ENCRYPTION_KEYS: 'k1:AAAA' });
    expect(load).toThrow(/API_PORT/);
    expect(load).toThrow(/KEY_ENCRYPTION_KEYS: entry 1: key "k1" has 3 bytes/);
  });

  it('cannot be read from a printed configuration', () => {
    const config = loadConfig({ ...env, KEY_ENCRYPTION_KEYS: `k1:${K1}` });
    const printed = inspect(config, { depth: 9 }) + JSON.stringify(config);
    expect(printed).toContain('k1');
    expect(printed).not.toContain(K1);
    expect(printed).not.toMatch(/01 01|1,1,1|1,\s+1/);
  });
});

describe('KeyRing', () => {
  const ring = new KeyRing(parseKeys([`k1:${K1}`, `k2:${K2}`], expect.unreachable));

  it('derives another key for each key and use', () => {
    const keys = [ring.derive('k1', 'a'), ring.derive('k1', 'b'), ring.derive('k2', 'a')].map((key) =>
      key.export().toString('hex'),
    );
    expect(new Set(keys).size).toBe(3);
    expect(ring.derive('k1', 'a').export().toString('hex')).toBe(keys[0]);
  });

  it('names an unknown key and those present', () => {
    expect(() => ring.derive('k9', 'a')).toThrow(/"k9".*present: k1, k2/);
  });
});
