import { InputError } from '@outbell/shared/errors.js';

/** At most `limit` messages in any `windowMs` milliseconds. */
export interface Rate {
  limit: number;
  windowMs: number;
}

/** What a limit may be set for. All that apply to a message hold at once. */
export const RATE_LEVELS = ['sender', 'tenant', 'domain', 'installation'] as const;
export type RateLevel = (typeof RATE_LEVELS)[number];

/** The rates of every level; a level without limits has none. */
export type RateLimits = Record<RateLevel, Rate[]>;

const UNITS_MS: Record<string, number> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const HIGHEST = 100_000_000;

/**
 * Reads the rates of one level: `20/min,1000/h`. The empty text is no limit.
 *
 * @param field what an error names: the property or setting the text came from
 * @throws {InputError} that says which rate is wrong and how to write it
 */
export function parseRates(text: string, field = 'rate_limits'): Rate[] {
  if (text.trim() === '') return [];
  const rates = text.split(',').map((rate) => parseRate(rate.trim(), field));
  const windows = new Set(rates.map((rate) => rate.windowMs));
  if (windows.size < rates.length) {
    throw InputError.forField(field, `"${text}" has two rates for the same time; keep the lower one`, 400, 'duplicate');
  }
  return rates;
}

/** Rates of one level as they are stored. @throws {InputError} as parseRates */
export function checkRates(text: string, field: string): string {
  parseRates(text, field);
  return text.trim();
}

/**
 * Reads the limits of an installation: `sender=20/min,1000/h;tenant=5000/h;domain=200/h;installation=20000/h`. Levels
 * left out have no limit.
 *
 * @throws {InputError} that says which part is wrong and how to write it
 */
export function parseRateLimits(text: string, field = 'RATE_LIMITS'): RateLimits {
  const limits: RateLimits = { sender: [], tenant: [], domain: [], installation: [] };
  const seen = new Set<RateLevel>();
  for (const part of text.split(';')) {
    if (part.trim() === '') continue;
    const [name = '', rates = ''] = part.split(/=(.*)/s).map((side) => side.trim());
    const level = RATE_LEVELS.find((known) => known === name);
    if (!level || rates === '') throw InputError.forField(field, describePart(part.trim()));
    if (seen.has(level))
      throw InputError.forField(field, `"${level}" is given twice; put its rates together: ${level}=20/min,1000/h`);
    seen.add(level);
    limits[level] = parseRates(rates, field);
  }
  return limits;
}

function parseRate(text: string, field: string): Rate {
  const [, digits, unit = ''] = /^(\d{1,9})\s*\/\s*([a-z]+)$/.exec(text) ?? [];
  const windowMs = Object.hasOwn(UNITS_MS, unit) ? UNITS_MS[unit] : undefined;
  const limit = Number(digits);
  if (windowMs === undefined || limit < 1 || limit > HIGHEST) {
    throw InputError.forField(
      field,
      `"${text}" is no rate: write a whole number from 1 to ${HIGHEST}, a slash and s, min, h or d, such as ` +
        '20/min; several with commas: 20/min,1000/h',
      400,
      'wrong_format',
    );
  }
  return { limit, windowMs };
}

function describePart(part: string): string {
  return (
    `"${part}" is no limit: write one of ${RATE_LEVELS.join(', ')}, an equals sign and rates, such as ` +
    'sender=20/min,1000/h; several levels with semicolons'
  );
}
