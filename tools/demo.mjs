// npm run demo: Outbell on this machine with nothing installed but Node, a first email delivered, and a message on
// every channel. --once ends after them.
import { buildApps } from './build.mjs';
import { Installation } from './demo/installation.mjs';
import { checkNode, installDependencies } from './install.mjs';
import { endSteps } from './steps.mjs';

const say = (/** @type {string} */ line) => console.log(line);
const once = process.argv.includes('--once');

process.stdout.on('error', () => undefined); // the reader of a pipe may leave; what was started must still be stopped

/** Resolves at Ctrl-C; npm and the terminal may both send it, so it is heard once. */
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
});

const installation = new Installation(say);

async function run() {
  checkNode();
  await installDependencies(say);
  await buildApps(say);
  const environment = await installation.start();
  const { tellStory, tellWhereToLook } = await import('./demo/story.mjs');
  const { tellOfEveryChannel } = await import('./demo/channels-story.mjs');
  const api = await tellStory(environment, say);
  await tellOfEveryChannel(environment, api, say);
  if (!once) tellWhereToLook(environment, api, say);
}

try {
  const outcome = await Promise.race([run(), interrupted.then(() => 'interrupted')]);
  if (outcome !== 'interrupted' && !once) {
    say('\nRunning until Ctrl-C.');
    await Promise.race([interrupted, installation.died()]);
  }
  process.exitCode = outcome === 'interrupted' && once ? 130 : 0;
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  endSteps();
  await installation.stop();
}
process.exit(); // an interrupted install or story may still hold the process
