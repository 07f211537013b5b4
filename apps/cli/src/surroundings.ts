import { printableLines } from './printable.js';

/** What a command sees of the world beside its arguments. Tests give their own. */
export abstract class Surroundings {
  /** The settings; undefined stands for those of the process. */
  abstract readonly environment?: Record<string, string | undefined> | undefined;
  abstract out(text: string): void;
  abstract err(text: string): void;
}

export class ProcessSurroundings extends Surroundings {
  override readonly environment = undefined;

  override out(text: string): void {
    process.stdout.write(text);
  }

  override err(text: string): void {
    process.stderr.write(text);
  }
}

/** Whatever a command says, nothing of it commands the terminal: names and answers of vendors are others' words. */
export function printableSurroundings(outer: Surroundings): Surroundings {
  return {
    environment: outer.environment,
    out: (text) => outer.out(printableLines(text)),
    err: (text) => outer.err(printableLines(text)),
  };
}
