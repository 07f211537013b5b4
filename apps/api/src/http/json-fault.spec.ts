import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.js';

describe('jsonFault', () => {
  it.each([
    ['{"a": 1,}', 'at line 1, column 9 (character 9): where a name in double quotes should be'],
    ['{\n  "a": 1\n  "b": 2\n}', 'at line 3, column 3 (character 14): where a comma should be'],
    ['{"a": canary}', 'at line 1, column 7 (character 7): a word that is neither true, false nor null'],
    ['{"a" 1}', 'at line 1, column 6 (character 6): where a colon should be'],
    ['{"a": "x', 'at line 1, column 7 (character 7): a text whose closing quote is missing'],
    ['{"a": 1', 'at line 1, column 8 (character 8): where it ends too early'],
    ['{"a": [1, 2', 'at line 1, column 12 (character 12): where it ends too early'],
    ['{"a": 1} 2', 'at line 1, column 10 (character 10): something after its end'],
    ['{"a": "\\x"}', 'a \\ that escapes nothing'],
    ['{"a": "\t"}', 'a control character in a text'],
    ["{'a': 1}", 'at line 1, column 2 (character 2)'],
    ['{// no\n}', 'a comment, which JSON does not have'],
  ])('of %j says %s', (text, words) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonFault(text)).toContain(words);
  });

  it('gives up on what is nested too deep for it', () => {
    expect(jsonFault('['.repeat(500_000))).toBe('');
  });

  it('looks at ten megabytes within a moment', () => {
    const began = process.cpuUsage();
    expect(jsonFault(`[${'{"a":1},'.repeat(1_250_000)}`)).toContain('line 1');
    const { user } = process.cpuUsage(began);
    expect(user / 1000).toBeLessThan(1_500);
  });
});
