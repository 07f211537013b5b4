import { runCli } from '../../apps/cli/src/run-cli.js';
import { Surroundings } from '../../apps/cli/src/surroundings.js';

export interface CliResult {
  code: number;
  out: string;
  err: string;
}

class CapturedSurroundings extends Surroundings {
  stdout = '';
  stderr = '';

  constructor(override readonly environment: Record<string, string>) {
    super();
  }

  override out(text: string): void {
    this.stdout += text;
  }

  override err(text: string): void {
    this.stderr += text;
  }
}

/** Runs `outbell <args>` in this process, under these settings. */
export async function cli(environment: Record<string, string>, ...args: string[]): Promise<CliResult> {
  const surroundings = new CapturedSurroundings(environment);
  const code = await runCli(args, surroundings);
  return { code, out: surroundings.stdout, err: surroundings.stderr };
}
