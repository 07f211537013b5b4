import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import type { MessageRequest } from './message-request.js';
import { fingerprints } from './request-fingerprint.js';

const REQUEST: MessageRequest = {
  tenantId: newId(),
  mode: 'live',
  channel: 'email',
  to: 'ann@example.org',
  sender: 'shop@example.com',
  subject: 'Hello',
  text: 'Hello Ann',
  scheduledAt: new Date('2026-11-22T10:00:00Z'),
  metadata: { order: 1, items: [{ a: 1, b: 2 }] },
  tags: ['a', 'b'],
  idempotencyKey: 'key-1',
};

function hashes(overrides: Partial<MessageRequest>) {
  const [print] = fingerprints([{ ...REQUEST, ...overrides }]);
  if (!print) throw new Error('no fingerprint');
  return print;
}

describe('fingerprints', () => {
  it('is two SHA-256, and tells nothing of what was asked', () => {
    const { dedupeKey, bodyHash } = hashes({});
    expect(dedupeKey).toMatch(/^[0-9a-f]{64}$/);
    expect(bodyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(dedupeKey).not.toBe(bodyHash);
  });

  it('is not there without a key', () => {
    expect(fingerprints([{ ...REQUEST, idempotencyKey: undefined }])).toEqual([null]);
  });
});

describe('dedupeKey', () => {
  it('is the same whatever is asked under the key', () => {
    expect(hashes({ to: 'bob@example.org', text: 'x' }).dedupeKey).toBe(hashes({}).dedupeKey);
  });

  it('differs by key, and by mode: a test must not answer for the real thing', () => {
    const keys = [hashes({}), hashes({ idempotencyKey: 'key-2' }), hashes({ mode: 'test' })];
    expect(new Set(keys.map(({ dedupeKey }) => dedupeKey)).size).toBe(3);
  });

  it('differs from item to item of a batch, and from that of a single request', () => {
    const items = [0, 1, 999].map((batchIndex) => ({ ...REQUEST, batchIndex }));
    const keys = fingerprints([REQUEST, ...items, { ...REQUEST, idempotencyKey: 'key-2', batchIndex: 0 }]);
    expect(new Set(keys.map((print) => print?.dedupeKey)).size).toBe(5);
    expect(fingerprints(items)).toEqual(keys.slice(1, 4));
    for (const print of keys) expect(print?.dedupeKey).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not make an item of a batch another request', () => {
    expect(hashes({ batchIndex: 3 }).bodyHash).toBe(hashes({}).bodyHash);
  });
});

describe('bodyHash', () => {
  it('is the same for the same request, in whatever order its fields came', () => {
    const reversed = Object.fromEntries(Object.entries(REQUEST).reverse()) as unknown as MessageRequest;
    expect(fingerprints([reversed])).toEqual([hashes({})]);
    expect(hashes({ metadata: { items: [{ b: 2, a: 1 }], order: 1 } }).bodyHash).toBe(hashes({}).bodyHash);
  });

  it('does not tell a field left out from an undefined one', () => {
    expect(hashes({ html: undefined, expiresAt: undefined }).bodyHash).toBe(hashes({}).bodyHash);
  });

  // Keys are remembered over an update: what 0.1.0 wrote has to be found again.
  it('is what the first release made of it', () => {
    const request = { ...REQUEST, tenantId: 'x', tags: undefined, metadata: undefined, scheduledAt: undefined };
    expect(fingerprints([request])[0]?.bodyHash).toBe(
      'fcb78fd40e25358a4be0664d9d21a8fc4c7b4c9c5089d15d49355bf6caf2660b',
    );
  });

  it('does not depend on the key', () => {
    expect(hashes({ idempotencyKey: 'key-2' }).bodyHash).toBe(hashes({}).bodyHash);
  });

  it.each<[string, Partial<MessageRequest>]>([
    ['another recipient', { to: 'bob@example.org' }],
    ['another text', { text: 'Hello Ann ' }],
    ['another time', { scheduledAt: new Date('2026-11-22T10:00:00.001Z') }],
    ['no time', { scheduledAt: undefined }],
    ['tags in another order', { tags: ['b', 'a'] }],
    ['a number for a text', { metadata: { order: '1', items: [{ a: 1, b: 2 }] } }],
    ['null for nothing', { metadata: { order: 1, items: [{ a: 1, b: 2 }], note: null } }],
    ['another nesting', { metadata: { order: 1, items: [{ a: 1 }, { b: 2 }] } }],
    ['another template version', { template: { name: 'x', version: 2 } }],
    ['another priority', { priority: 'high' }],
    ['a recording', { audio: 'x' }],
    ['an answer to the unknown', { onUnknown: 'resend' }],
    ['data', { data: { a: 'x' } }],
    ['a contact', { toContact: 'customer-17' }],
    [
      'a fallback',
      { fallback: [{ channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'x', afterMs: 60_000 }] },
    ],
    ['a template of WhatsApp', { whatsapp_template: { name: 'x', language: 'en', parameters: [] } }],
  ])('differs for %s', (_, overrides) => {
    expect(hashes(overrides).bodyHash).not.toBe(hashes({}).bodyHash);
  });
});
