// npm run bench: builds what is measured, then measures it. See docs/performance.md.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { buildApps } from './build.mjs';
import { checkNode, installDependencies } from './install.mjs';
import { CLONE } from './servers/homes.mjs';
import { endSteps, endWithUs } from './steps.mjs';

const say = (/** @type {string} */ line) => console.log(line);

/** @returns {Promise<number>} the exit code */
function measure() {
  return new Promise((resolve, reject) => {
    const args = ['--import', 'tsx', path.join(CLONE, 'bench', 'main.ts'), ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { cwd: CLONE, stdio: 'inherit' });
    endWithUs(child);
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

// The terminal tells both of us; the child stops its servers, and we wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endSteps);

try {
  checkNode();
  await installDependencies(say);
  await buildApps(say, ['api', 'worker', 'cli', 'bench-worker', 'bench-api']);
  process.exitCode = await measure();
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
