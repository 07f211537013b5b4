import { FIELD_CODES } from '@outbell/shared/constants/field-codes.js';
import { PROBLEM_CODES } from '@outbell/shared/constants/problem-codes.js';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../tools/docs-errors.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

const sources = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((f) => path.join(folder, f)),
  )
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
  .join('\n');

const table = Object.entries({ ...PROBLEM_CODES, ...FIELD_CODES });

describe('PROBLEM_CODES', () => {
  it.each(Object.keys({ ...PROBLEM_CODES, ...FIELD_CODES }))('%s is said somewhere', (code) => {
    expect(sources).toMatch(new RegExp(`'${code}'`));
  });

  it.each(table)('%s is explained in sentences', (_, { meaning, mend }) => {
    for (const text of [meaning, mend]) expect(text).toMatch(/^[A-Z][^|]+\.$/);
  });

  it('and docs/errors.md agree (npm run docs:env)', () => {
    expect(readFileSync(path.join(ROOT, 'docs', 'errors.md'), 'utf8')).toBe(errorsPage(PROBLEM_CODES, FIELD_CODES));
  });
});
