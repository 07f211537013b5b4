import { Injectable } from '@nestjs/common';
import type { RenderedContent } from '@outbell/content/compiled-template.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { OutgoingEmail } from '@outbell/providers/provider.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { MESSAGE_HEADER } from '@outbell/shared/constants/mail-headers.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Signer } from '@outbell/shared/crypto/signer.js';

/** Puts rendered content, sender and recipient together to an email. */
@Injectable()
export class EmailComposer {
  constructor(
    private readonly config: Config,
    private readonly signer: Signer,
  ) {}

  compose(message: ClaimedMessage, { subject, html, text }: RenderedContent): OutgoingEmail {
    return {
      channel: 'email',
      messageId: message.id,
      from: { address: message.senderAddress, name: message.senderName ?? undefined },
      to: message.recipient,
      subject: subject ?? '',
      text,
      html,
      headers: {
        [MESSAGE_HEADER]: message.id,
        ...(message.priority === PRIORITY_RANK.bulk && this.unsubscribeHeaders(message)),
      },
    };
  }

  /** One-click unsubscribe (RFC 8058): what large mailbox providers ask of bulk mail. */
  private unsubscribeHeaders({ tenantId, id }: ClaimedMessage): Record<string, string> {
    const token = this.signer.sign('unsubscribe', `${tenantId}:${id}`);
    return {
      'List-Unsubscribe': `<${this.config.values.PUBLIC_URL.replace(/\/$/, '')}/u/${token}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    };
  }
}
