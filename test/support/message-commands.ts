import { RECEIPTS } from '@outbell/planning/receipts.js';
import fc from 'fast-check';
import { CHOICES, type Command } from './message-world.js';

/** So many workers have a wake-up for the same message. */
export const WORKERS = 3;

const worker = fc.nat({ max: WORKERS - 1 });
const choice = fc.nat({ max: CHOICES - 1 });

/** A vendor's word on one of its first calls: in any order, and repeated. */
export const callback = fc.record({
  do: fc.constant('callback' as const),
  call: fc.nat({ max: 3 }),
  receipt: fc.constantFrom(...RECEIPTS),
});

/**
 * Weighed so that most messages come to be called for, and many twice: what ends a message is rare, what carries it on
 * is not.
 */
const ours: fc.WeightedArbitrary<Command>[] = [
  { arbitrary: fc.record({ do: fc.constant('step'), worker, choice }), weight: 100 },
  { arbitrary: fc.record({ do: fc.constant('crash'), worker }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('due') }), weight: 10 },
  { arbitrary: fc.record({ do: fc.constant('lease over') }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant('rescue'), counted: fc.boolean() }), weight: 8 },
  { arbitrary: fc.record({ do: fc.constant('retry') }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('cancel') }), weight: 1 },
];

const all: fc.WeightedArbitrary<Command>[] = [...ours, { arbitrary: callback, weight: 4 }];

/** Shorter: each is carried out on a database. */
export const fewCommands = script(all, 60);

export const commands = script(all, 120);

/** Bias, which is for numbers, would make choices of their ends alone. */
function script(weighted: fc.WeightedArbitrary<Command>[], maxLength: number): fc.Arbitrary<Command[]> {
  return fc.noBias(fc.array(fc.oneof(...weighted), { maxLength, size: 'max' }));
}
