import { VERSION } from '@outbell/shared/version.js';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import { CliModule } from './cli.module.js';
import { CommandLineEnd } from './command-line.js';
import { errorLine } from './error-line.js';
import { printableSurroundings, ProcessSurroundings, type Surroundings } from './surroundings.js';
import { Terminal } from './terminal.js';

/**
 * Runs one command line (`['tenant', 'create', 'acme']`).
 *
 * @returns the exit code: 0, or 1 when the command could not do what was asked, with the reason as a line on standard
 * error
 */
export async function runCli(args: string[], outer: Surroundings = new ProcessSurroundings()): Promise<number> {
  const surroundings = printableSurroundings(outer);
  const app = await CommandFactory.createWithoutRunning(CliModule.in(surroundings), {
    cliName: 'outbell',
    version: VERSION,
    logger: false,
    outputConfiguration: { writeOut: (text) => surroundings.out(text), writeErr: (text) => surroundings.err(text) },
    serviceErrorHandler: (error) => Promise.reject(error),
  });
  try {
    await app.get(CommandRunnerService).run(['node', 'outbell', ...args]);
    return app.get(Terminal, { strict: false }).exitCode;
  } catch (error) {
    if (error instanceof CommandLineEnd) return error.exitCode;
    surroundings.err(`outbell: ${errorLine(error)}\n`);
    return 1;
  } finally {
    await app.close();
  }
}
