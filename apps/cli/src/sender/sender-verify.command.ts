import { SubCommand } from 'nest-commander';
import { SenderGrantCommand } from './sender-grant.command.js';

@SubCommand({
  name: 'verify',
  arguments: '<tenant> <address>',
  argsDescription: { tenant: 'its name or id', address: 'an email address' },
  description:
    'verify an email address by your word, such as noreply@ that nobody reads: no code is sent; as grant with email',
})
export class SenderVerifyCommand extends SenderGrantCommand {
  override async run([tenant = '', address = '']: string[]): Promise<void> {
    await super.run([tenant, 'email', address]);
  }
}
