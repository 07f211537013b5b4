#!/usr/bin/env node
// npx outbell: the built command line, under a Node that is new enough for it.
import { existsSync } from 'node:fs';
import { entryOf } from './build.mjs';
import { runProgram } from './node/run.mjs';

if (existsSync(entryOf('cli'))) {
  await runProgram(entryOf('cli'), process.argv.slice(2));
} else {
  console.error('Outbell is not built yet: npm ci && npm run build');
  process.exitCode = 1;
}
