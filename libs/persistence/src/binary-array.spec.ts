import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  binaryArray,
  type ElementType,
  HEX,
  INTEGER,
  JSON_TEXT,
  SMALLINT,
  TEXT,
  TIMESTAMPTZ,
  UUID,
} from './binary-array.js';

const A_MONTH = [new Date('2026-11-22T10:00:00.123Z'), new Date('1970-01-01T00:00:00Z'), new Date('2000-01-01T00:00Z')];

describe('binaryArray', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await createTestDatabase()));
  afterAll(() => database.drop());

  it.each<[string, ElementType<never>, unknown[]]>([
    ['text', TEXT, ['', 'plain', 'Zoë 👋', '"{quoted},\\"', null, 'NULL', 'x'.repeat(10_000)]],
    ['json', JSON_TEXT, [{ a: ['1', 2, null, { b: 'ü' }] }, null, [], 'text', 1]],
    ['uuid', UUID, [newId(), null, newId(), 'ffffffff-ffff-ffff-ffff-ffffffffffff']],
    ['bytea', HEX, ['', '00ff10', null, 'ab'.repeat(32)]],
    ['smallint', SMALLINT, [0, -32_768, 32_767, null]],
    ['int', INTEGER, [0, -2_147_483_648, 2_147_483_647, null]],
    ['timestamptz', TIMESTAMPTZ, [...A_MONTH, null]],
    ['text', TEXT, []],
    ['text', TEXT, ['a', 'a', '', '', 'bb', 'bb', 'bb', null, null, 'bb', 'a']],
    ['uuid', UUID, [null, null]],
  ])('of %s arrives in PostgreSQL as it left', async (name, type, values) => {
    const given = values.map((value) => (name === 'json' && value !== null ? JSON.stringify(value) : value));
    const rows = await database.dataSource.query<{ value: unknown }[]>(
      `SELECT value FROM unnest($1::${name}[]) WITH ORDINALITY AS given (value, n) ORDER BY n`,
      [binaryArray(type, given as never[])],
    );
    expect(rows.map(({ value }) => (Buffer.isBuffer(value) ? value.toString('hex') : value))).toEqual(values);
  });

  it.each(['', 'x', newId().slice(1), newId().replace(/.$/, 'g'), `${newId()}00`])('takes %j for no UUID', (text) => {
    expect(() => binaryArray(UUID, [text])).toThrow(TypeError);
  });
});
