import { Injectable, Logger } from '@nestjs/common';
import { type LookUp, LookUpRepository } from '@outbell/persistence/engine/look-up.repository.js';
import { writeShared } from '@outbell/persistence/shared-write.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Delivery, Marked } from '../delivery/delivery.js';

const NOT_ASKED = 'the vendor will not be asked what became of messages';

/** Has vendors asked by and by what became of what they took, where they tell nothing by themselves. */
@Injectable()
export class LookUpPlanner {
  private readonly logger = new Logger(LookUpPlanner.name);

  constructor(private readonly repository: LookUpRepository) {}

  /** Beside the delivery: without a question the message stays `sent`, which it is. */
  async plan(results: { delivery: Delivery | Marked; outcome: Outcome }[]): Promise<void> {
    try {
      const unwritten = await writeShared(results.flatMap(lookUpOf), (some) => this.repository.plan(some));
      for (const { item, error } of unwritten) this.logger.warn(NOT_ASKED, { messageId: item.messageId }, error);
    } catch (error) {
      this.logger.warn(NOT_ASKED, error);
    }
  }
}

function lookUpOf({ delivery, outcome }: { delivery: Delivery | Marked; outcome: Outcome }): LookUp[] {
  if (outcome.kind !== 'sent' || outcome.providerMessageId === undefined || !('connection' in delivery)) return [];
  const { message, connection } = delivery;
  const { connectionId } = connection;
  if (connectionId === null || !connection.looksUp) return [];
  const { id: messageId, tenantId } = message;
  return [{ messageId, tenantId, connectionId, providerMessageId: outcome.providerMessageId }];
}
