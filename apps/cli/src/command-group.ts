import { CommandRunner } from 'nest-commander';

/** A command that only has others below it: alone it shows its help, and fails. */
export abstract class CommandGroup extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}
