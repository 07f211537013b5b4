import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { entryOf } from '../build.mjs';

const execute = promisify(execFile);

/**
 * Runs `outbell …` as an operator would.
 *
 * @param {string[]} args
 * @param {Record<string, string>} environment
 * @returns {Promise<string>} what it printed
 */
export async function runCli(args, environment) {
  const { PATH, HOME } = process.env;
  try {
    const { stdout } = await execute(process.execPath, [entryOf('cli'), ...args], {
      env: { PATH, HOME, ...environment },
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = /** @type {Error & { stderr?: string }} */ (error);
    throw new Error(`outbell ${args[0]}: ${stderr?.trim() || message}`, { cause: error });
  }
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} environment
 * @returns {Promise<any>} the parsed answer
 */
export async function askCli(args, environment) {
  return JSON.parse(await runCli([...args, '--json'], environment));
}
