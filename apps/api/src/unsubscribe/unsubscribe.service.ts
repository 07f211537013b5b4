import { Injectable, Logger } from '@nestjs/common';
import { toNewEvidence } from '@outbell/intake/new-evidence.js';
import { CallbackRepository } from '@outbell/persistence/repositories/callback.repository.js';
import { MessageRepository } from '@outbell/persistence/repositories/message.repository.js';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { withLogContext } from '@outbell/shared/logging/log-context.js';

/** As the worker signs it into the List-Unsubscribe header: tenant and message. */
const PURPOSE = 'unsubscribe';

/** Takes a person off the list of a tenant, on the word of a link that only the receiver of a message has. */
@Injectable()
export class UnsubscribeService {
  private readonly logger = new Logger(UnsubscribeService.name);

  constructor(
    private readonly signer: Signer,
    private readonly messages: MessageRepository,
    private readonly suppressions: SuppressionRepository,
    private readonly callbacks: CallbackRepository,
    private readonly clock: Clock,
  ) {}

  /** Whether the token is one of ours. */
  isValid(token: string): boolean {
    return this.signer.verify(PURPOSE, token) !== null;
  }

  /** Suppresses the message's recipient; again without harm. @returns whether the token led to a message */
  async unsubscribe(token: string): Promise<boolean> {
    const [tenantId, messageId] = this.signer.verify(PURPOSE, token)?.split(':') ?? [];
    if (tenantId === undefined || messageId === undefined) return false;
    const message = await this.messages.find(tenantId, messageId);
    // What is of test mode has reached nobody who could want no more.
    if (message?.mode !== 'live') return false;
    const now = this.clock.now();
    const evidence = { message_id: messageId, at: now.toISOString() };
    const { channel, recipient } = message;
    await this.suppressions.add(tenantId, { channel, address: recipient, reason: 'unsubscribe', evidence }, now);
    // Who has it in hand has got it: the message's timeline tells of both. The suppression above does not wait for that.
    const said = { eventId: messageId, kind: 'unsubscribed' as const, at: now, messageId, channel };
    await this.callbacks.note({ provider: 'one-click', connectionId: null, tenantId }, [toNewEvidence(said)]);
    withLogContext({ tenantId, messageId }, () => {
      this.logger.log('unsubscribed');
    });
    return true;
  }
}
