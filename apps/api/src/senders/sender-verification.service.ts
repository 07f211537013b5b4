import { Injectable } from '@nestjs/common';
import { Intake } from '@outbell/intake/intake.js';
import type { SenderEntity } from '@outbell/persistence/entities/sender.entity.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import type { CodeOver } from '@outbell/shared/constants/verified-over.js';
import { InputError } from '@outbell/shared/errors.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';

/**
 * Sends a sender of email the code that proves its owner reads what arrives there: as a message like any other, from
 * itself to itself.
 */
@Injectable()
export class SenderVerification {
  constructor(
    private readonly intake: Intake,
    private readonly installation: InstallationConnections,
  ) {}

  /**
   * By the installation's connection, where there is one: the tenant's own mail server would read the code, and the
   * tenant send as anybody. Else by the tenant's own; then it proves no more than these let anybody do, and the sender
   * goes by them alone.
   */
  over(): CodeOver {
    return this.installation.connectionsOf('email').length > 0 ? 'installation' : 'tenant';
  }

  /**
   * No route shows a message's content, so that only the recipient sees the code.
   *
   * @throws {InputError} when the message is not accepted
   */
  async send(by: AuthenticatedKey, sender: SenderEntity, code: string): Promise<void> {
    const acceptance = await this.intake.accept({
      tenantId: by.tenantId,
      mode: by.mode,
      channel: sender.channel,
      to: sender.address,
      sender: sender.id,
      subject: `Your verification code is ${code}`,
      text:
        `${code} verifies ${sender.address} as a sender. It is good for 30 minutes.\n\nIf you did not ask for ` +
        'it, ignore this message.',
      priority: 'high',
      verifiesSender: sender.codeOver ?? 'tenant',
      ...(sender.codeExpiresAt && { expiresAt: sender.codeExpiresAt }),
    });
    if (!acceptance.accepted) throw new InputError(acceptance.errors, acceptance.status);
  }
}
