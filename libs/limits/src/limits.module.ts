import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { RateSlotRepository } from '@outbell/persistence/engine/rate-slot.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { MessageLevels } from './message-levels.js';
import { PostgresRateLimiter } from './postgres.rate-limiter.js';
import { RateLimiter } from './rate-limiter.js';
import { RedisRateLimiter } from './redis.rate-limiter.js';

/**
 * The limits of an installation, kept where its wake-ups are: in Redis if QUEUE_URL names one, else in the database.
 */
@Module({
  imports: [PersistenceModule],
  providers: [
    MessageLevels,
    {
      provide: RateLimiter,
      inject: [Config, RateSlotRepository],
      useFactory: ({ queueServer, values }: Config, repository: RateSlotRepository): RateLimiter =>
        queueServer === 'redis' ? new RedisRateLimiter(values.QUEUE_URL) : new PostgresRateLimiter(repository),
    },
  ],
  exports: [MessageLevels, RateLimiter],
})
export class LimitsModule implements OnApplicationShutdown {
  constructor(private readonly limiter: RateLimiter) {}

  /** After the workers, which end before the application shuts down. */
  async onApplicationShutdown(): Promise<void> {
    await this.limiter.close();
  }
}
