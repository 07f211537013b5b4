import { Controller, Logger } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { channelOf, DELIVERY_TOPICS } from '@outbell/shared/constants/topics.js';
import type { EventContext } from '@outbell/transport/event-context.js';
import type { Verdict } from '@outbell/transport/verdict.js';
import { z } from 'zod';
import { DeliverBatch } from '../delivery/deliver-batch.js';

const wakeUp = z.object({ ids: z.array(z.guid()).max(WAKE_UP_SIZE) });

/** Delivers what wake-ups name, whatever carries them. Channels differ by their composers and providers alone. */
@Controller()
export class DeliveriesController {
  private readonly logger = new Logger(DeliveriesController.name);

  constructor(private readonly delivery: DeliverBatch) {}

  /** A wake-up whose delivery failed is over all the same: dispatch repeats what led to nothing. */
  @EventPattern([...DELIVERY_TOPICS])
  async deliver(@Payload() wakeUps: unknown[], @Ctx() { topic }: EventContext): Promise<Verdict[]> {
    const channel = channelOf(topic);
    return Promise.all(
      wakeUps.map(async (item): Promise<Verdict> => {
        const { data } = wakeUp.safeParse(item);
        if (!data) return { dead: 'no_wake_up' };
        await this.delivery.run(channel, data.ids).catch((error: unknown) => {
          this.logger.error('a batch failed; its messages come up again', error);
        });
        return 'ack';
      }),
    );
  }
}
