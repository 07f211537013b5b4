import { Injectable } from '@nestjs/common';
import { InjectCommander } from 'nest-commander';
import type { CommanderCommand } from './commander-command.js';
import { Surroundings } from './surroundings.js';

/** Answers of the commands: text for people, or with `--json` one JSON document for scripts. */
@Injectable()
export class Terminal {
  /** What the process ends with when nothing was thrown. */
  exitCode = 0;

  constructor(
    private readonly surroundings: Surroundings,
    @InjectCommander() private readonly program: CommanderCommand,
  ) {
    program
      .name('outbell')
      .description('Operates an Outbell installation. Settings come from the environment, or from .env (docs/env.md).')
      .option('--json', 'answer as one JSON document (before or after the command)');
  }

  /**
   * @param result the whole answer, in the API's names
   * @param text the same for a reader
   */
  answer(result: object, text: string): void {
    this.surroundings.out(this.program.opts()['json'] ? `${JSON.stringify(result)}\n` : `${text}\n`);
  }
}
