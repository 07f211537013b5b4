import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ENGINE = 'libs/persistence/src/engine/';

/** Product code; what seeds a database for a benchmark is not. */
const SOURCES = ['apps', 'libs']
  .flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => `${root}/${path}`))
  .filter((path) => path.endsWith('.ts') && path.includes('/src/'))
  .filter((path) => !/\.(spec|contract)\.ts$|\/(testing|migrations|node_modules)\//.test(path));

const WRITES: [what: string, sql: RegExp][] = [
  ['updates message', /\bUPDATE\s+(ONLY\s+)?message\b/i],
  ['inserts or deletes messages', /\b(INSERT\s+INTO|DELETE\s+FROM)\s+message\b/i],
  ['inserts message_event', /\bINSERT\s+INTO\s+message_event\b/i],
  ['writes message_attempt', /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+message_attempt\b/i],
  ['writes message_schedule', /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+message_schedule\b/i],
  [
    'saves message entities',
    /getRepository\(Message(Event|Attempt|Schedule)?Entity\)\s*\.\s*(save|insert|update|upsert|delete|remove)\b/,
  ],
];

/** The fragments that all statements are put together from, and the one place that writes all of a new message. */
const FRAGMENTS: [what: RegExp, files: string[]][] = [
  [/\bINSERT\s+INTO\s+message_event\b/i, ['fragments.ts']],
  [/\bINSERT\s+INTO\s+message_attempt\b/i, ['fragments.ts']],
  [/\bDELETE\s+FROM\s+message_schedule\b/i, ['fragments.ts']],
  [/\bstatus = '(queued|processing|sending|unknown|failed|suppressed|expired|canceled)'\s*,/i, []],
];

describe('the engine', () => {
  it.each(WRITES)('is alone in that it %s', (_, sql) => {
    const writers = SOURCES.filter((path) => sql.test(readFileSync(path, 'utf8')));
    expect(writers.filter((path) => !path.startsWith(ENGINE))).toEqual([]);
  });

  it.each(FRAGMENTS)('has %s once', (sql, files) => {
    const writers = SOURCES.filter((path) => path.startsWith(ENGINE) && sql.test(readFileSync(path, 'utf8')));
    expect(writers.map((path) => path.slice(ENGINE.length)).sort()).toEqual(files);
  });
});
