import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { LOST_LEASE_LIMIT } from '@outbell/planning/lost-lease-limit.js';
import type { Receipt } from '@outbell/planning/receipts.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callback, commands, WORKERS } from '../../../../test/support/message-commands.js';
import { MOVES, RESTING, violations, wrongCalls } from '../../../../test/support/message-invariants.js';
import { next } from '../../../../test/support/message-machine.js';
import { ACCEPTED } from '../../../../test/support/message-state.js';
import { BROKEN_MACHINES, type Property } from '../../../../test/support/broken-machines.js';
import { type Command, type Machine, MessageWorld, WELL } from '../../../../test/support/message-world.js';
import { transitionOf } from './transitions.js';

const POLICY: RetryPolicy = { attempts: 3, delayMs: 60_000, factor: 2, maxDelayMs: 600_000 };
const RUNS = 5_000;

const machine: Machine = (state, event) => next(state, event, POLICY);

function worldAfter(script: Command[], rules = machine, keyed = false): MessageWorld {
  const world = new MessageWorld(rules, WORKERS, keyed);
  for (const command of script) world.run(command);
  return world;
}

/** The vendor from now on: what `choice` it makes of every call. */
const TAKES = WELL;
const IS_BUSY = 10;
const IS_SILENT = 0;

/** Lines a delivery has: claim, mark, call, answer, result. */
const STEPS = 5;

/** No worker crashes any more: who holds the message walks on, who died is noticed, and what is due is delivered. */
function settleDown(world: MessageWorld, vendor: number): void {
  const step = (worker: number) => world.run({ do: 'step', worker, choice: world.isCalling(worker) ? vendor : WELL });
  for (let worker = 0; worker < WORKERS; worker++) {
    for (let steps = 0; steps < STEPS && !world.isIdle(worker); steps++) step(worker);
  }
  world.run({ do: 'lease over' });
  world.run({ do: 'rescue', counted: true });
  for (let attempt = 0; attempt < POLICY.attempts; attempt++) {
    world.run({ do: 'due' });
    for (let steps = 0; steps < STEPS; steps++) step(0);
  }
}

const PROPERTIES: Record<Property, (rules: Machine) => fc.IProperty<unknown>> = {
  callsOnce: (rules) => fc.property(commands, (script) => expectNone(wrongCalls(worldAfter(script, rules)))),
  isSafe: (rules) =>
    fc.property(commands, (script) => expectNone(violations(worldAfter(script, rules), POLICY.attempts))),
  isLive: (rules) =>
    fc.property(commands, fc.constantFrom(TAKES, IS_BUSY, IS_SILENT), (script, vendor) => {
      const world = worldAfter(script, rules);
      settleDown(world, vendor);
      if (!RESTING.includes(world.state.status)) throw new Error(`still ${world.state.status}`);
    }),
  isCommutative: (rules) =>
    fc.property(commands, twoOrders, (script, orders) => {
      const deaf = hearsNoFailure(worldAfter(script, rules).state.status);
      const [one, other] = orders.map((receipts) => {
        const said = deaf ? receipts.filter(({ receipt }) => receipt !== 'failed') : receipts;
        return worldAfter([...script, ...said], rules).state.status;
      });
      if (one !== other) throw new Error(`${one} or ${other}`);
    }),
};

function expectNone(wrong: string[]): void {
  if (wrong.length > 0) throw new Error(wrong[0]);
}

/**
 * Whether a "failed" of the attempt before changes nothing here, for a second one is to be made, or was given up before
 * its call; but "sent" does, and then "failed" is its end.
 */
function hearsNoFailure(status: MessageStatus): boolean {
  return saysMore('sent', status) && !saysMore('failed', status);
}

function saysMore(receipt: Receipt, status: MessageStatus): boolean {
  return transitionOf(`receipt ${receipt}`, status, { latestAttempt: true }) !== undefined;
}

/** The same callbacks twice, the second time shuffled. */
const twoOrders = fc
  .array(callback, { maxLength: 6 })
  .chain((said) => fc.tuple(fc.constant(said), fc.shuffledSubarray(said, { minLength: said.length })));

function check(property: Property, rules = machine): void {
  fc.assert(PROPERTIES[property](rules), { numRuns: RUNS });
}

describe('in any order of claims, crashes, late results, retries, cancellations and callbacks', () => {
  it('nobody is called twice, nothing is lost, and nobody writes under an old fence', () => {
    check('isSafe');
  });

  it('at a vendor that takes a repeat once, nothing that may have been sent is called unsent', () => {
    const seen = new Set<string>();
    const look = fc.property(commands, (script) => {
      const world = worldAfter(script, machine, true);
      expectNone(violations(world, POLICY.attempts));
      for (const { before, after } of world.trace) {
        if (before.maybeSent && before.status !== after.status) seen.add(`${before.status} -> ${after.status}`);
      }
      settleDown(world, IS_SILENT);
      if (!RESTING.includes(world.state.status)) throw new Error(`still ${world.state.status}`);
    });
    fc.assert(look, { numRuns: RUNS });
    expect([...seen]).toEqual(
      expect.arrayContaining(['queued -> processing', 'sending -> sent', 'sending -> unknown']),
    );
  });

  it('ends, once workers no longer crash', () => {
    check('isLive');
  });

  it('callbacks lead to the same status in whatever order they arrive', () => {
    check('isCommutative');
  });

  it('comes past every move of the diagram, receipts at every status, and calls that are repeated rightly', () => {
    const seen = new Set<string>();
    let mostCalls = 0;
    const look = fc.property(commands, (script) => {
      const { trace, calls } = worldAfter(script);
      mostCalls = Math.max(mostCalls, calls.length);
      for (const { event, before, after } of trace) {
        const isReceipt = event.type === 'receipt' && before !== after;
        if (isReceipt || before.status !== after.status)
          seen.add(`${before.status} -> ${isReceipt ? 'receipt' : after.status}`);
      }
    });
    fc.assert(look, { numRuns: 2 * RUNS, seed: 1 });
    const moves = Object.entries(MOVES).flatMap(([from, to]) => to.map((status) => `${from} -> ${status}`));
    const receipts = MESSAGE_STATUSES.filter((status) => status !== 'complained').map(
      (status) => `${status} -> receipt`,
    );
    expect([...seen].sort()).toEqual([...moves, ...receipts].sort());
    expect(mostCalls).toBeGreaterThan(POLICY.attempts);
  });
});

describe('a machine that is broken', () => {
  it.each(BROKEN_MACHINES)('is found: %s', (_, property, broken) => {
    const rules: Machine = (state, event) => broken(machine, state, event);
    // Some need a rare history. It is the same one each time, so that none is missed by chance.
    const look = () => {
      fc.assert(PROPERTIES[property](rules), { numRuns: 10 * RUNS, seed: 1 });
    };
    expect(look).toThrow('Property failed');
  });
});

describe('a message that kills its workers', () => {
  it('is dead after as many as the limit says, and no provider was called', () => {
    const world = new MessageWorld(machine, 1);
    for (let claims = 1; claims <= LOST_LEASE_LIMIT; claims++) {
      expect(world.state.status).toBe('queued');
      world.run({ do: 'step', worker: 0, choice: WELL });
      world.run({ do: 'crash', worker: 0 });
      world.run({ do: 'lease over' });
      world.run({ do: 'rescue', counted: true });
    }
    expect(world.state).toMatchObject({
      status: 'failed',
      reason: 'worker_lost',
      lostLeases: LOST_LEASE_LIMIT,
      attempts: 0,
    });
    expect(world.calls).toEqual([]);
  });

  it('is not blamed for a database that was away', () => {
    const held = next(
      next({ ...ACCEPTED, lostLeases: LOST_LEASE_LIMIT - 1 }, { type: 'claim' }, POLICY),
      { type: 'lease over' },
      POLICY,
    );
    expect(next(held, { type: 'rescue', counted: false }, POLICY)).toMatchObject({
      status: 'queued',
      lostLeases: LOST_LEASE_LIMIT - 1,
    });
  });
});
