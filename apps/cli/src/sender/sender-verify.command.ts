import { CommandRunner, SubCommand } from 'nest-commander';
import { Installation } from '../installation.js';
import { Terminal } from '../terminal.js';
import { grantSender } from './grant-sender.js';

@SubCommand({
  name: 'verify',
  arguments: '<tenant> <address>',
  argsDescription: { tenant: 'its name or id', address: 'an email address' },
  description:
    'verify an email address by your word, such as noreply@ that nobody reads: no code is sent; as grant with email',
})
export class SenderVerifyCommand extends CommandRunner {
  constructor(
    private readonly installation: Installation,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override async run([tenant = '', address = '']: string[]): Promise<void> {
    await grantSender(this.installation, this.terminal, [tenant, 'email', address]);
  }
}
