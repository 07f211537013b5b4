import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CapacityDeferralRepository } from '@outbell/persistence/engine/capacity-deferral.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { DeliverBatch } from './deliver-batch.js';
import { OpenConnections } from '../routing/open-connections.js';

/**
 * Delivers what waits for a place at a connection before its time, when a place there stands empty: when it was sent
 * back nobody could know how fast the vendor would be.
 */
@Injectable()
export class EarlyDeliveries implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(EarlyDeliveries.name);
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly connections: OpenConnections,
    private readonly repository: CapacityDeferralRepository,
    private readonly delivery: DeliverBatch,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.connections.onCapacity((connectionId, room) => this.deliver(connectionId, room));
  }

  async beforeApplicationShutdown(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  /** Resolves when they stand in line. @returns whether there may be more */
  private deliver(connectionId: string, room: number): Promise<boolean> {
    return this.watched(this.start(connectionId, room)).catch((error: unknown) => {
      this.logger.warn('what waits for a place comes later: it cannot be read now', error);
      return false;
    });
  }

  private async start(connectionId: string, room: number): Promise<boolean> {
    const brought = await this.repository.bringForward(connectionId, room, this.config.values.REPUBLISH_AFTER_MS);
    for (const [channel, messages] of Map.groupBy(brought, (message) => message.channel)) {
      const ids = messages.map(({ id }) => id);
      const { handedOver } = await this.delivery.start(channel, ids);
      this.watched(handedOver).catch((error: unknown) => this.logger.error('a batch failed; it comes again', error));
    }
    return brought.length >= room;
  }

  /** Keeps work that has to end before the database is closed. */
  private watched<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    const forget = () => this.underWay.delete(work);
    work.then(forget, forget);
    return work;
  }
}
