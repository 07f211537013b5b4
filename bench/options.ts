import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]
  --quick        smaller sizes, fewer rounds: under five minutes
  --rounds N     measured rounds of each subject (5; 2 with --quick)
  --only a,b     only these sections or subjects, by name or the beginning of it
  --list         names of all sections and their subjects
  --scale F      all sizes times F: 0.01 shows that it runs, and measures nothing
  --json FILE    writes all figures as JSON
  --docs         writes docs/performance-figures.md and docs/performance.svg`;

export interface Options {
  quick: boolean;
  rounds: number;
  /** Empty: everything. */
  only: string[];
  list: boolean;
  scale: number;
  json: string | undefined;
  docs: boolean;
}

/** @throws for what it does not know */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      scale: { type: 'string', default: '1' },
      json: { type: 'string' },
      docs: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number above 0');
  const scale = Number(values.scale);
  if (!(scale > 0)) throw new Error('--scale must be a number above 0');
  const only = values.only.split(',').filter((name) => name !== '');
  return { ...values, rounds, scale, only, json: values.json };
}
