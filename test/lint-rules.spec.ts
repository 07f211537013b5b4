import { ESLint, Linter } from 'eslint';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const RULES = ['no-restricted-imports', 'no-restricted-properties', 'no-restricted-syntax'];

/** What eslint.config.js says of a line in that file, by those rules alone: the others need types. */
async function verdict(file: string, line: string): Promise<(string | null)[]> {
  const { rules } = (await new ESLint({ cwd: ROOT }).calculateConfigForFile(path.join(ROOT, file))) as Linter.Config;
  const own = Object.fromEntries(RULES.map((rule) => [rule, rules?.[rule] ?? 'off']));
  return new Linter().verify(line, { rules: own }).map(({ ruleId }) => ruleId);
}

const PRODUCT = 'apps/api/src/messages/messages.service.ts';

describe('eslint.config.js', () => {
  it.each([
    ['no-restricted-properties', 'process.env.API_PORT;'],
    ['no-restricted-properties', "process['env'];"],
    ['no-restricted-properties', 'const { env } = process;'],
    ['no-restricted-properties', 'globalThis.process.env;'],
    ['no-restricted-syntax', 'const own = process;'],
    ['no-restricted-imports', "import { env } from 'node:process';"],
    ['no-restricted-imports', "import own from 'process';"],
    ['no-restricted-imports', "import { createRequire } from 'node:module';"],
    ['no-restricted-syntax', "const name = 'typeorm'; import(name);"],
    ['no-restricted-syntax', 'import(`type${1}orm`);'],
  ])('refuses by %s in a product file: %s', async (rule, line) => {
    expect(await verdict(PRODUCT, line)).toContain(rule);
  });

  it.each([
    ['apps/api/src/messages/messages.service.ts', "process.exitCode = 1; import('qrcode');"],
    ['libs/shared/src/config/load-config.ts', 'process.env.API_PORT;'],
    ['apps/api/src/messages/messages.spec.ts', 'process.env.API_PORT;'],
  ])('lets pass in %s: %s', async (file, line) => {
    expect(await verdict(file, line)).toEqual([]);
  });
});
