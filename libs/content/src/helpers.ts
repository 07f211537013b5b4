import Handlebars from 'handlebars';
import type { RenderBudget } from './render-budget.js';

/** The blocks an author may use. */
export const BLOCKS: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with']);

/** Prints every value: `{{user.name}}` is compiled as `{{print user.name "user.name"}}` (see template-parser.ts). */
export const PRINT = 'print';

/** Names a block parameter must not take: it would stand in for the helper. */
export const HELPERS: ReadonlySet<string> = new Set([
  ...BLOCKS,
  PRINT,
  'lookup',
  'log',
  'helperMissing',
  'blockHelperMissing',
]);

/** Last argument of a helper; `data` reaches from the template's root into every block. */
interface BlockOptions {
  data: Record<string, unknown> & { budget: RenderBudget };
  hash: { includeZero?: unknown };
  fn(context: unknown, options?: { data?: unknown; blockParams?: unknown[] }): string;
  inverse(context: unknown): string;
}

/**
 * A Handlebars of our own, with helpers that spend a {@link RenderBudget}. Its helpers replace the built-in ones.
 *
 * @param escape makes a printed value safe where it lands: HTML escaping, or nothing in plain text
 */
export function createEngine(escape: (text: string) => string): typeof Handlebars {
  const engine = Handlebars.create();
  for (const name of Object.keys(engine.helpers)) engine.unregisterHelper(name);
  engine.registerHelper({
    if: ifHelper,
    unless: unlessHelper,
    each: eachHelper,
    with: withHelper,
    lookup: lookupHelper,
  });
  engine.registerHelper(PRINT, (value: unknown, name: string, options: BlockOptions) => {
    const { budget } = options.data;
    budget.step();
    const text = asText(value, name, budget);
    // Booked before escaping, which costs time, and which makes it longer by a bounded factor only.
    budget.print(text.length);
    return new Handlebars.SafeString(escape(text));
  });
  return engine;
}

function asText(value: unknown, name: string, budget: RenderBudget): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return '';
  if (value !== undefined) throw budget.notPrintable(name, value);
  if (budget.lenient) return '';
  throw budget.missing(name);
}

function ifHelper(this: unknown, condition: unknown, options: BlockOptions): string {
  options.data.budget.step();
  return holds(condition, options) ? options.fn(this) : options.inverse(this);
}

function unlessHelper(this: unknown, condition: unknown, options: BlockOptions): string {
  options.data.budget.step();
  return holds(condition, options) ? options.inverse(this) : options.fn(this);
}

/**
 * Tells whether a condition holds, as everywhere in Handlebars: null, '', false, an empty list and 0 do not hold; 0
 * does with includeZero=true.
 */
function holds(condition: unknown, options: BlockOptions): boolean {
  if (condition === 0) return options.hash.includeZero === true;
  return !Handlebars.Utils.isEmpty(condition);
}

function eachHelper(this: unknown, list: unknown, name: string, options: BlockOptions): string {
  const { budget } = options.data;
  budget.step();
  if (list === undefined && !budget.lenient && options.inverse === noBlock) throw budget.missing(name);
  if (typeof list !== 'object' || list === null) return options.inverse(this);
  const keys = Array.isArray(list) ? undefined : Object.keys(list);
  const length = keys?.length ?? (list as unknown[]).length;
  if (length === 0) return options.inverse(this);
  // Booked before the first turn: a list far beyond the budget is not walked through.
  budget.step(length);
  let output = '';
  for (let index = 0; index < length; index++) {
    const key = keys?.[index] ?? index;
    const value = (list as Record<string | number, unknown>)[key];
    const place = { key, index, first: index === 0, last: index === length - 1 };
    const data: unknown = Object.assign(Handlebars.createFrame(options.data), place);
    output += options.fn(value, { data, blockParams: [value, key] });
    budget.fits(output.length);
  }
  return output;
}

function withHelper(this: unknown, value: unknown, name: string, options: BlockOptions): string {
  const { budget } = options.data;
  budget.step();
  if (value === undefined && !budget.lenient && options.inverse === noBlock) throw budget.missing(name);
  if (Handlebars.Utils.isEmpty(value)) return options.inverse(this);
  return options.fn(value, { data: options.data, blockParams: [value] });
}

/** What Handlebars passes as `inverse` of a block without `{{else}}`. */
const noBlock = (Handlebars.VM as unknown as { noop: BlockOptions['inverse'] }).noop;

/** Reads own properties only: what a prototype holds is not the author's data. */
function lookupHelper(object: unknown, key: unknown): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  if (typeof key !== 'string' && typeof key !== 'number') return undefined;
  return Object.hasOwn(object, key) ? (object as Record<string | number, unknown>)[key] : undefined;
}
