// npm run docs:env: writes docs/env.md and the table of the README from the config schema, and docs/errors.md from the tables of codes;
// --check only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildApp, staleApps } from './build.mjs';
import { errorsPage } from './docs-errors.mjs';
import { CLONE } from './servers/homes.mjs';

const DOCS = path.join(CLONE, 'docs', 'env.md');
const ERRORS = path.join(CLONE, 'docs', 'errors.md');
const README = path.join(CLONE, 'README.md');
const HEAD = `# Settings

Generated from \`libs/shared/src/config/config.schema.ts\` by \`npm run docs:env\`. Read at start from the environment, checked all at
once: a process with a wrong setting says which, and does not start.

`;
const TABLE = /(?<=<!-- settings:begin -->\n)[^]*?(?=<!-- settings:end -->)/;

/** @returns {Promise<string>} the settings as a Markdown table */
async function settingsTable() {
  if (staleApps().includes('cli')) await buildApp('cli', console.log);
  const { configSchema } = await import(built('config/config.schema.js'));
  const rows = Object.entries(configSchema.shape).map(
    ([name, setting]) => `| \`${name}\` | ${defaultOf(setting)} | ${setting.description.replaceAll('|', '\\|')} |`,
  );
  return ['| Setting | Default | Meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/** @param {string} file a module of libs/shared */
function built(file) {
  return pathToFileURL(path.join(CLONE, 'dist', 'apps', 'cli', 'libs', 'shared', 'src', file)).href;
}

/** @param {import('zod').ZodType} setting */
function defaultOf(setting) {
  const parsed = setting.safeParse(undefined);
  if (!parsed.success) return '**required**';
  if (parsed.data === undefined) return '–';
  const text = String(parsed.data);
  return text === '' ? '–' : `\`${text}\``;
}

const table = await settingsTable();
const { PROBLEM_CODES } = await import(built('constants/problem-codes.js'));
const { FIELD_CODES } = await import(built('constants/field-codes.js'));
const files = [
  { file: DOCS, text: HEAD + table },
  { file: ERRORS, text: errorsPage(PROBLEM_CODES, FIELD_CODES) },
  { file: README, text: readFileSync(README, 'utf8').replace(TABLE, `\n${table}\n`) },
];
const outdated = files.filter(({ file, text }) => readIfThere(file) !== text);
if (process.argv.includes('--check')) {
  for (const { file } of outdated) console.error(`${path.relative(CLONE, file)} is not current: npm run docs:env`);
  process.exitCode = outdated.length === 0 ? 0 : 1;
} else {
  for (const { file, text } of outdated) writeFileSync(file, text);
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
