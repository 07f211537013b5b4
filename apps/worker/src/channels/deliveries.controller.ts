import { Controller, Logger } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { DispatchRepository } from '@outbell/persistence/engine/dispatch.repository.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { channelOf, DELIVERY_TOPICS, type DeliveryTopic, MESSAGE_QUEUE } from '@outbell/shared/constants/topics.js';
import type { EventContext } from '@outbell/transport/event-context.js';
import type { Verdict } from '@outbell/transport/verdict.js';
import { z } from 'zod';
import { DeliverBatch } from '../delivery/deliver-batch.js';

const wakeUp = z.object({ ids: z.array(z.guid()).min(1).max(WAKE_UP_SIZE) });
const messageId = z.object({ messageId: z.guid() });

/** Delivers what wake-ups name, whatever carries them. Channels differ by their composers and providers alone. */
@Controller()
export class DeliveriesController {
  private readonly logger = new Logger(DeliveriesController.name);

  constructor(
    private readonly delivery: DeliverBatch,
    private readonly messages: DispatchRepository,
  ) {}

  /** A wake-up whose delivery failed is over all the same: dispatch repeats what led to nothing. */
  @EventPattern([...DELIVERY_TOPICS])
  deliver(@Payload() wakeUps: unknown[], @Ctx() context: EventContext): Promise<Verdict[]> {
    const channel = channelOf(context.topic as DeliveryTopic);
    return Promise.all(
      wakeUps.map(async (item): Promise<Verdict> => {
        const { data } = wakeUp.safeParse(item);
        if (!data) return { dead: 'no_wake_up' };
        await this.run(channel, data.ids);
        return 'ack';
      }),
    );
  }

  /** Takes ids of messages of any channel, as a plain `XADD messageQueue * messageId <uuid>` gives them. */
  @EventPattern([MESSAGE_QUEUE])
  async deliverPlainIds(@Payload() items: unknown[]): Promise<Verdict[]> {
    const ids = items.map((item) => messageId.safeParse(item).data?.messageId);
    const known = ids.filter((id) => id !== undefined);
    const found = await this.messages.channelsOf(known);
    const byChannel = Map.groupBy(found, ({ channel }) => channel);
    await Promise.all(
      [...byChannel].map(([channel, group]) =>
        this.run(
          channel,
          group.map(({ id }) => id),
        ),
      ),
    );
    return ids.map((id) => (id === undefined ? { dead: 'no_message_id' } : 'ack'));
  }

  private async run(channel: Channel, ids: string[]): Promise<void> {
    await this.delivery.run(channel, ids).catch((error: unknown) => {
      this.logger.error('a batch failed; its messages come up again', error);
    });
  }
}
