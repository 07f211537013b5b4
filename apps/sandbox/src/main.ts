import { loadConfig } from '@outbell/shared/config/load-config.js';
import { startSandbox } from './start-sandbox.js';

try {
  await startSandbox(loadConfig());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
