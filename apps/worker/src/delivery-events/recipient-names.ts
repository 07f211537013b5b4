import { Injectable, Logger } from '@nestjs/common';
import { type RecipientName, RecipientNameRepository } from '@outbell/persistence/engine/recipient-name.repository.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Delivery, Marked } from '../delivery/delivery.js';

/** Keeps what vendors call recipients, where it is not what they were given: by that name they say STOP. */
@Injectable()
export class RecipientNames {
  private readonly logger = new Logger(RecipientNames.name);

  constructor(private readonly repository: RecipientNameRepository) {}

  /** Beside the delivery: receipts tell the name too. */
  async learn(results: readonly { delivery: Delivery | Marked; outcome: Outcome }[]): Promise<void> {
    const names = results.flatMap(nameOf);
    if (names.length === 0) return;
    try {
      await this.repository.learn(names);
    } catch (error) {
      this.logger.warn('what the vendor calls recipients is not kept', { count: names.length }, error);
    }
  }
}

function nameOf({
  delivery: { message },
  outcome,
}: {
  delivery: Delivery | Marked;
  outcome: Outcome;
}): RecipientName[] {
  if (outcome.kind !== 'sent' || outcome.recipientId === undefined || outcome.recipientId === message.recipient)
    return [];
  const { tenantId, channel, recipient } = message;
  return [{ tenantId, channel, recipient, vendorId: outcome.recipientId }];
}
