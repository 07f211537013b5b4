import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSourcePositions } from './source-positions.js';

const SOURCE = `interface Erased {
  gone: string;
}

export function fail(erased?: Erased): never {
  throw new Error(erased?.gone ?? 'broken');
}
`;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'source-positions-'));
  const { outputText, sourceMapText } = ts.transpileModule(SOURCE, {
    fileName: '../src/fail.ts',
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, sourceMap: true },
  });
  writeFileSync(path.join(directory, 'fail.js'), outputText);
  writeFileSync(path.join(directory, 'fail.js.map'), sourceMapText ?? '');
  writeFileSync(path.join(directory, 'damaged.js.map'), '{"version":');
});
afterAll(() => rmSync(directory, { recursive: true }));

const urlOf = (file: string) => pathToFileURL(path.join(directory, file)).href;

describe('withSourcePositions', () => {
  it('names the line of the TypeScript', () => {
    const compiled = `Error: broken\n    at fail (${urlOf('fail.js')}:2:11)\n    at async ${urlOf('fail.js')}:1:1`;
    expect(withSourcePositions(compiled)).toMatch(
      /^Error: broken\n {4}at fail \(file:.*\/fail\.ts:6:9\)\n {4}at async file:.*\.ts:5:1$/,
    );
  });

  it.each(['other.js', 'damaged.js', 'node_modules/x/fail.js'])('leaves %s, which has no map of ours', (file) => {
    const stack = `Error: broken\n    at fail (${urlOf(file)}:2:11)`;
    expect(withSourcePositions(stack)).toBe(stack);
  });

  it('leaves places of Node, of TypeScript and other texts', () => {
    const stack = 'at node:internal/x.js:1:1 at /a/b.ts:3:4 file.js:';
    expect(withSourcePositions(stack)).toBe(stack);
  });
});
