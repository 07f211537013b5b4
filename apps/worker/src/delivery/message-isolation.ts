import { Injectable, Logger } from '@nestjs/common';
import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';

/**
 * Sees to it that a message that held up this process goes alone when it comes up again, like one that killed a worker.
 */
@Injectable()
export class MessageIsolation {
  private readonly logger = new Logger(MessageIsolation.name);

  constructor(
    private readonly repository: DeliveryRepository,
    loop: EventLoop,
  ) {
    loop.onBlocked((messageIds) => void this.note(messageIds));
  }

  private async note(messageIds: string[]): Promise<void> {
    try {
      await this.repository.isolate(messageIds);
    } catch (error) {
      this.logger.warn('messages that held up the process could not be set apart', { messageIds }, error);
    }
  }
}
