// npm test: everything this project asks of a change, in one command. See CONTRIBUTING.md.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildApp, staleApps } from './build.mjs';
import { checkNode, installDependencies } from './install.mjs';
import { CLONE } from './servers/homes.mjs';
import { inPairs, runStep, seconds, StepFailed } from './steps.mjs';
import { timesOf } from './test-times.mjs';

const REPORT = path.join(CLONE, '.outbell', 'test-report.json');

/**
 * What vitest's JSON reporter writes.
 *
 * @typedef {import('./test-times.mjs').SpecFile & { status: string, assertionResults: unknown[] }} TestedFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, testResults: TestedFile[] }} Report
 */

/** Slow ones first, so that the two lanes end together. */
const CHECKS = [
  { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'format', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn'] },
  {
    name: 'dependency rules',
    args: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      'apps',
      'libs',
      'test',
      'tools',
      'prove',
      'bench',
    ],
  },
];

async function check() {
  const checks = CHECKS.map(
    ({ name, args }) =>
      () =>
        runStep(name, process.execPath, args, console.log),
  );
  const builds = staleApps().map((app) => () => buildApp(app, console.log));
  await inPairs([...checks, ...builds], (step) => step());
  await runStep('settings docs', process.execPath, ['tools/docs-env.mjs', '--check'], console.log);
}

/** @returns {Promise<number>} vitest's exit code */
function runVitest() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  return new Promise((resolve, reject) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...process.argv.slice(2)];
    const vitest = spawn(process.execPath, args, { cwd: CLONE, stdio: 'inherit' });
    vitest.on('error', reject);
    vitest.on('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * A file that could not be loaded has no tests that could fail: it counts as one.
 *
 * @param {Report} report
 * @param {number} exitCode
 */
function countTests(report, exitCode) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = report.numFailedTests + broken.length;
  return { passed: report.numPassedTests, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}

async function main() {
  const started = Date.now();
  checkNode();
  await installDependencies(console.log);
  console.log(`✓ ${'dependencies'.padEnd(16)} ${seconds(started)}`);
  mkdirSync(path.dirname(REPORT), { recursive: true });
  rmSync(REPORT, { force: true });
  await check();
  const exitCode = await runVitest();
  const report = /** @type {Report} */ (JSON.parse(readFileSync(REPORT, 'utf8')));
  for (const line of timesOf(report.testResults)) console.log(line);
  console.log(`All of it took ${seconds(started)}.`);
  return countTests(report, exitCode);
}

const result = await main().catch((error) => {
  console.error(error instanceof StepFailed ? error.message : error);
  return { passed: 0, failed: 1 };
});
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exitCode = result.failed === 0 ? 0 : 1;
