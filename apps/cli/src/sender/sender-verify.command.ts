import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { grantSender } from './grant-sender.js';

@SubCommand({
  name: 'verify',
  arguments: '<tenant> <address>',
  argsDescription: { tenant: 'its name or id', address: 'an email address' },
  description:
    'verify an email address by your word, such as noreply@ that nobody reads: no code is sent; as grant with email',
})
export class SenderVerifyCommand extends InstallationCommand {
  override async run([tenant = '', address = '']: string[]): Promise<void> {
    await grantSender(this.installation, this.terminal, [tenant, 'email', address]);
  }
}
