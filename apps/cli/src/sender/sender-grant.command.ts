import { SenderRepository } from '@outbell/persistence/repositories/sender.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';
import { SENDER_ARGUMENTS, senderSubject } from './sender-subject.js';
import { shownSender } from './shown-sender.js';

@SubCommand({
  name: 'grant',
  arguments: '<tenant> <channel> <address>',
  argsDescription: SENDER_ARGUMENTS,
  description:
    'let a tenant send as an address, number or name by the installation’s connections; it is made if it is not there',
})
export class SenderGrantCommand extends InstallationCommand {
  override async run(given: string[]): Promise<void> {
    const { tenantId, tenantName, ...subject } = await senderSubject(this.installation, given);
    const now = (await this.installation.get(Clock)).now();
    const senders = await this.installation.get(SenderRepository);
    const sender = await senders.grant(tenantId, { ...subject, name: null }, now);
    this.terminal.answer(
      shownSender(sender),
      `${sender.address} (${sender.channel}) of tenant ${printable(tenantName)} is verified, and may go by the ` +
        'installation’s connections',
    );
  }
}
