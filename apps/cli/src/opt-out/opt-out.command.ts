import { Command, CommandRunner } from 'nest-commander';
import { OptOutListCommand } from './opt-out-list.command.js';
import { OptOutRetryCommand } from './opt-out-retry.command.js';

@Command({
  name: 'opt-out',
  description: 'opt-outs of which nobody knows whose they are',
  subCommands: [OptOutListCommand, OptOutRetryCommand],
})
export class OptOutCommand extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}
