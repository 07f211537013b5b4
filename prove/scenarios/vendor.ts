import { setTimeout as pause } from 'node:timers/promises';
import type { FaultInput } from '../../apps/sandbox/src/faults/fault.schema.js';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

/** So many calls are struck before the vendor is well again. */
const STRIKES = 12;

interface Misbehaviour {
  name: string;
  title: string;
  action: FaultInput['action'];
  /** What becomes of a message whose call was struck. */
  then: 'retried' | 'unknown' | 'failed';
}

/** Where a vendor's API would answer 429 or 503 with Retry-After, a mail server says 421 or 451 (VENDORS). */
const MISBEHAVIOURS: Misbehaviour[] = [
  { name: '421', title: '421 to MAIL: come back later', action: at('mail', 421), then: 'retried' },
  { name: '451', title: '451 after the message: come back later', action: at('dot', 451), then: 'retried' },
  { name: '554', title: '554 after the message: refused for good', action: at('dot', 554), then: 'failed' },
  { name: 'hangs-early', title: 'no answer to MAIL', action: { type: 'hang', at: 'mail' }, then: 'retried' },
  { name: 'hangs', title: 'no answer to the message', action: { type: 'hang' }, then: 'unknown' },
  { name: 'cuts-before', title: 'cut before the body', action: { type: 'drop_before_dot' }, then: 'retried' },
  { name: 'cuts-within', title: 'cut in the body', action: { type: 'drop_before_dot', at: 'body' }, then: 'unknown' },
  { name: 'cuts-after', title: 'cut after the body', action: { type: 'drop_after_dot' }, then: 'unknown' },
  { name: 'half-reply', title: 'half a reply', action: saying('250 2.0.0 OK: que'), then: 'unknown' },
  { name: 'garbage', title: 'a reply that is none', action: saying('\u0007\u0000 what?\r\n'), then: 'unknown' },
];

const ONE_CALL: Scenario[] = MISBEHAVIOURS.map(({ name, title, action, then }) => ({
  name: `vendor-${name}`,
  title: `vendor: ${title}`,
  // Before a strike is noticed and the vendor healed, some more calls may be struck.
  allows: then === 'retried' ? {} : { [then]: 3 * STRIKES },
  async play(stage) {
    await stage.servers.vendor.misbehave({ when: { every: stage.chance.whole(3, 8) }, action });
    stage.load.start();
    await stage.until(`${STRIKES} strikes`, async () => (await stage.servers.vendor.struck()) >= STRIKES);
    await stage.servers.vendor.behave();
    stage.over();
  },
}));

export const VENDOR: Scenario[] = [
  ...ONE_CALL,
  {
    name: 'vendor-resets',
    title: 'vendor: every connection is reset, again and again',
    allows: { unknown: 5 * STRIKES },
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      for (let times = 0; times < 5; times += 1) {
        await pause(stage.chance.whole(50, 300));
        stage.servers.ways.vendor.reset();
      }
      stage.over();
    },
  },
  {
    name: 'vendor-away',
    title: 'vendor: refuses connections for some seconds',
    allows: { unknown: 2 * STRIKES },
    play: (stage) =>
      meanwhile(
        stage,
        () => stage.servers.ways.vendor.shut(),
        () => stage.servers.ways.vendor.open(),
      ),
  },
  {
    name: 'vendor-silent',
    title: 'vendor: the network swallows everything for some seconds',
    allows: { unknown: 5 * STRIKES },
    play: (stage) =>
      meanwhile(
        stage,
        () => stage.servers.ways.vendor.freeze(),
        () => stage.servers.ways.vendor.thaw(),
      ),
  },
];

async function meanwhile(stage: Stage, strike: () => unknown, heal: () => unknown): Promise<void> {
  stage.load.start();
  await stage.midFlight();
  await strike();
  await pause(stage.chance.whole(2_000, 4_000));
  await heal();
  stage.over();
}

function at(point: 'mail' | 'dot', code: number): FaultInput['action'] {
  return { type: 'reply', code, at: point };
}

function saying(text: string): FaultInput['action'] {
  return { type: 'drop_after_dot', saying: text };
}
