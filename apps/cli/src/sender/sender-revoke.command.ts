import { SenderRepository } from '@outbell/persistence/repositories/sender.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { InputError } from '@outbell/shared/errors.js';
import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';
import { SENDER_ARGUMENTS, senderSubject } from './sender-subject.js';
import { shownSender } from './shown-sender.js';

@SubCommand({
  name: 'revoke',
  arguments: '<tenant> <channel> <address>',
  argsDescription: SENDER_ARGUMENTS,
  description: 'keep a sender to the tenant’s own connections; only grant lets it go by the installation’s again',
})
export class SenderRevokeCommand extends InstallationCommand {
  override async run(given: string[]): Promise<void> {
    const { tenantId, tenantName, channel, address } = await senderSubject(this.installation, given);
    const now = (await this.installation.get(Clock)).now();
    const senders = await this.installation.get(SenderRepository);
    const sender = await senders.withdraw(tenantId, channel, address, now);
    if (!sender) {
      const message = `tenant ${printable(tenantName)} has no verified ${channel} sender of it`;
      throw InputError.forField('address', message);
    }
    this.terminal.answer(
      shownSender(sender),
      `${sender.address} (${channel}) of tenant ${printable(tenantName)} may go by the tenant’s own connections alone`,
    );
  }
}
