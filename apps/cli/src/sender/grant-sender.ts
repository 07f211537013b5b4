import { SenderRepository } from '@outbell/persistence/repositories/sender.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import type { Installation } from '../installation.js';
import { printable } from '../printable.js';
import type { Terminal } from '../terminal.js';
import { senderSubject } from './sender-subject.js';
import { shownSender } from './shown-sender.js';

/** Gives the operator's word for a sender, and answers with it. @throws {InputError} */
export async function grantSender(
  installation: Installation,
  terminal: Terminal,
  [tenant = '', channel = '', address = '']: string[],
): Promise<void> {
  const subject = await senderSubject(installation, tenant, channel, address);
  const now = (await installation.get(Clock)).now();
  const senders = await installation.get(SenderRepository);
  const wanted = { channel: subject.channel, address: subject.address, name: null };
  const sender = await senders.grant(subject.tenantId, wanted, now);
  terminal.answer(
    shownSender(sender),
    `${sender.address} (${sender.channel}) of tenant ${printable(subject.tenantName)} is verified, and ` +
      'may go by the installation’s connections',
  );
}
