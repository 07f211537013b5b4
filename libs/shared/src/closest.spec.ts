import { describe, expect, it } from 'vitest';
import { closest } from './closest.js';

const KNOWN = ['to', 'sender', 'scheduled_at', 'metadata', 'html'];

describe('closest', () => {
  it.each([
    ['scheduledAt', 'scheduled_at'],
    ['Scheduled-At', 'scheduled_at'],
    ['sendr', 'sender'],
    ['meta_data', 'metadata'],
    ['htlm', 'html'],
  ])('takes %s for %s', (name, known) => {
    expect(closest(name, KNOWN)).toBe(known);
  });

  it.each(['x', 'cc', 'constructor', 'a'.repeat(100_000)])('takes %s for nothing', (name) => {
    expect(closest(name, KNOWN)).toBeUndefined();
  });
});
