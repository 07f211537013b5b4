import { CommandRunner, SubCommand } from 'nest-commander';
import { Installation } from '../installation.js';
import { Terminal } from '../terminal.js';
import { grantSender } from './grant-sender.js';
import { SENDER_ARGUMENTS } from './sender-subject.js';

@SubCommand({
  name: 'grant',
  arguments: '<tenant> <channel> <address>',
  argsDescription: SENDER_ARGUMENTS,
  description:
    'let a tenant send as an address, number or name by the installation’s connections; it is made if it is not there',
})
export class SenderGrantCommand extends CommandRunner {
  constructor(
    private readonly installation: Installation,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override async run(given: string[]): Promise<void> {
    await grantSender(this.installation, this.terminal, given);
  }
}
