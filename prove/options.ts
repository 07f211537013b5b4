import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export const USAGE = `npm run prove -- [options]
  --quick        each scenario once, on one queue or the other, with less to do: under five minutes
  --rounds N     how often each scenario is played on each queue, each time with other chances (3)
  --seed N       the chances of an earlier run
  --only a,b     only these scenarios, by name or the beginning of it
  --list         names of all scenarios
  --json FILE    writes what each run came to
  --report       writes docs/proof.md; a whole run does so anyway`;

export interface Options {
  quick: boolean;
  rounds: number;
  seed: number;
  /** Empty: everything. */
  only: string[];
  list: boolean;
  json: string | undefined;
  report: boolean;
}

/** @throws for what it does not know */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      seed: { type: 'string' },
      only: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      json: { type: 'string' },
      report: { type: 'boolean', default: false },
    },
  });
  const { quick, list, json } = values;
  const only = values.only.split(',').filter((name) => name !== '');
  const rounds = quick ? 1 : wholeNumber('--rounds', values.rounds, 1);
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : wholeNumber('--seed', values.seed, 0);
  return { quick, rounds, seed, only, list, json, report: values.report || (!quick && only.length === 0) };
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new Error(`${option} must be a whole number from ${least} on`);
  return number;
}
