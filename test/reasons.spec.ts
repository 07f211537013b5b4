import { isOurs, PROVIDER_REASONS, type Reason, REASONS } from '@outbell/shared/constants/reasons.js';
import { BOUNCE_REASONS } from '@outbell/providers/bounce-mail/bounce-reasons.js';
import { NETWORK_FAULTS } from '@outbell/providers/network-fault.js';
import { TRANSITIONS } from '@outbell/persistence/engine/transitions.js';
import { SUPPRESSION_REASONS } from '@outbell/shared/outcome.js';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { suppressed } from '../apps/worker/src/delivery/guards.js';
import { claimedMessage } from './support/deliveries.js';

const ROOT = path.resolve(import.meta.dirname, '..');
const STEPS = ['apps/worker/src/delivery', 'apps/worker/src/routing'];

/** What only the event of a tenant's own act says: the message itself then has no reason. */
const OF_EVENTS = ['requeued_by_tenant', 'may_arrive_twice'];

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, reason]) => reason as string);
}

function sources(folder: string): string {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => read(`${folder}/${file}`))
    .join('\n');
}

/** Reasons by who writes them, as the sources have them. */
const WRITTEN = {
  'a delivery': found(STEPS.map(sources).join('\n'), /(?:reason: |waiting\()'([a-z_]+)'/g),
  rendering: found(read('libs/content/src/render-error.ts'), /\| '([a-z_]+)'/g),
  'the table of transitions': TRANSITIONS.flatMap(({ reason, eventReason, unnamed }) => [reason, eventReason, unnamed])
    .filter((reason) => typeof reason === 'string' && reason !== 'as given')
    .map(String),
  suppression: SUPPRESSION_REASONS.map((suppression) => {
    const outcome = suppressed({ message: claimedMessage({ suppression }) });
    return outcome && outcome.kind !== 'sent' ? outcome.reason : 'none';
  }),
};

/** What the adapters of providers say, as outcomes, tables of codes and answers of checks have it. */
const sayings = sources('libs/providers/src');
const SAID = new Set([
  ...found(sayings, /(?:reason: |\?\? |return |: )'([a-z]+(?:_[a-z]+)+|refused|timeout)'[;,\s}]/g),
  ...Object.keys(BOUNCE_REASONS),
  ...Object.values(NETWORK_FAULTS),
]);

describe('PROVIDER_REASONS', () => {
  it('has words for all that an adapter says', () => {
    expect(SAID.size).toBeGreaterThan(20);
    expect([...SAID].filter((reason) => !Object.hasOwn(PROVIDER_REASONS, reason))).toEqual([]);
  });

  it('has none that no adapter says, nor one of our own', () => {
    expect(Object.keys(PROVIDER_REASONS).filter((reason) => !SAID.has(reason) || isOurs(reason))).toEqual([]);
  });

  it('says each in words for a person', () => {
    for (const text of Object.values(PROVIDER_REASONS)) expect(text).toMatch(/^[a-z].{10,}[^.]$/);
  });
});

// `explain` finds the step of a message by its reason: one that is not in the list would be taken for a vendor's.
describe('REASONS', () => {
  it.each(Object.entries(WRITTEN))('has all that %s writes', (_, reasons) => {
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((reason) => !isOurs(reason) && !OF_EVENTS.includes(reason))).toEqual([]);
  });

  it('has none that nobody writes', () => {
    const written = new Set(Object.values(WRITTEN).flat());
    expect((Object.keys(REASONS) as Reason[]).filter((reason) => !written.has(reason))).toEqual([]);
  });

  it('says each in words for a person', () => {
    for (const { text } of Object.values(REASONS)) expect(text).toMatch(/^[a-z].{10,}[^.]$/);
  });
});
