import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { grantSender } from './grant-sender.js';
import { SENDER_ARGUMENTS } from './sender-subject.js';

@SubCommand({
  name: 'grant',
  arguments: '<tenant> <channel> <address>',
  argsDescription: SENDER_ARGUMENTS,
  description:
    'let a tenant send as an address, number or name by the installation’s connections; it is made if it is not there',
})
export class SenderGrantCommand extends InstallationCommand {
  override async run(given: string[]): Promise<void> {
    await grantSender(this.installation, this.terminal, given);
  }
}
