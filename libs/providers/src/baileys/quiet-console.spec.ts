import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quietConsole } from './quiet-console.js';

// libsignal's own code, which prints sessions with their private keys.
const SessionRecord = createRequire(import.meta.url)('libsignal/src/session_record.js') as new () => {
  closeSession(session: object): void;
};

const session = () => ({ indexInfo: { closed: -1 }, currentRatchet: { ephemeralKeyPair: { privKey: 'canary' } } });

const printed: unknown[][] = [];
let letGo: (() => void)[] = [];

beforeEach(() => {
  printed.length = 0;
  for (const method of ['log', 'info', 'warn'] as const)
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => void printed.push(parts));
});
afterEach(() => {
  for (const release of letGo) release();
  letGo = [];
  vi.restoreAllMocks();
});

const quiet = () => letGo.push(quietConsole());

describe('quietConsole', () => {
  it('is needed: libsignal prints private keys', () => {
    new SessionRecord().closeSession(session());
    expect(JSON.stringify(printed)).toContain('canary');
  });

  it('keeps what libsignal prints from the console, and nobody else’s', () => {
    quiet();
    new SessionRecord().closeSession(session());
    console.info('ours', 1);
    expect(printed).toEqual([['ours', 1]]);
  });

  it('holds until the last one lets go', () => {
    quiet();
    quiet();
    letGo[0]?.();
    letGo[0]?.();
    new SessionRecord().closeSession(session());
    expect(printed).toEqual([]);
    letGo[1]?.();
    new SessionRecord().closeSession(session());
    expect(printed).toHaveLength(1);
  });

  it('keeps quiet where nobody can tell who prints', () => {
    const { prepareStackTrace } = Error;
    quiet();
    Error.prepareStackTrace = () => '';
    try {
      console.warn('who knows');
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
    expect(printed).toEqual([]);
  });
});
