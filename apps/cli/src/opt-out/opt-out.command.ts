import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { OptOutListCommand } from './opt-out-list.command.js';
import { OptOutRetryCommand } from './opt-out-retry.command.js';

@Command({
  name: 'opt-out',
  description: 'opt-outs of which nobody knows whose they are',
  subCommands: [OptOutListCommand, OptOutRetryCommand],
})
export class OptOutCommand extends CommandGroup {}
