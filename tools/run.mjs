// node tools/run.mjs <program> [arguments]: runs a module of this clone, or a command of an installed package, under a
// Node that is new enough. See docs/decisions/commands-bring-their-node.md.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from './node/run.mjs';
import { CLONE } from './servers/homes.mjs';

const [program = '', ...args] = process.argv.slice(2);
const file = path.join(CLONE, program.endsWith('.mjs') ? program : `node_modules/.bin/${program}`);

if (existsSync(file)) {
  await runProgram(realpathSync(file), args);
} else {
  console.error(`${path.relative(CLONE, file)} is not there: npm ci`);
  process.exitCode = 1;
}
