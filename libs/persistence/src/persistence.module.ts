import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '@outbell/shared/config/config.schema.js';
import { dataSourceOptions } from './data-source.js';
import { ApiKeyRepository } from './repositories/api-key.repository.js';
import { ConnectionRepository } from './repositories/connection.repository.js';
import { DeliveryRepository } from './repositories/delivery.repository.js';
import { DispatchRepository } from './repositories/dispatch.repository.js';
import { FiguresRepository } from './repositories/figures.repository.js';
import { MessageIntakeRepository } from './repositories/message-intake.repository.js';
import { MessageReferenceRepository } from './repositories/message-reference.repository.js';
import { MessageRepository } from './repositories/message.repository.js';
import { UpkeepRepository } from './repositories/upkeep.repository.js';
import { PartitionRepository } from './repositories/partition.repository.js';
import { RateSlotRepository } from './repositories/rate-slot.repository.js';
import { SealedConnectionRepository } from './repositories/sealed-connection.repository.js';
import { SenderRepository } from './repositories/sender.repository.js';
import { SuppressionRepository } from './repositories/suppression.repository.js';
import { TemplateRepository } from './repositories/template.repository.js';
import { TenantRepository } from './repositories/tenant.repository.js';

const REPOSITORIES: (new (...args: never[]) => object)[] = [
  ApiKeyRepository,
  ConnectionRepository,
  DeliveryRepository,
  DispatchRepository,
  FiguresRepository,
  MessageIntakeRepository,
  MessageReferenceRepository,
  MessageRepository,
  UpkeepRepository,
  PartitionRepository,
  RateSlotRepository,
  SealedConnectionRepository,
  SenderRepository,
  SuppressionRepository,
  TemplateRepository,
  TenantRepository,
];

/**
 * Each question of ours has an index. But a statement is planned once for a connection, and while a month's partition is new, reading the whole
 * of it looks cheapest: a minute later it would be read again for every batch.
 */
const BY_INDEX = '-c enable_seqscan=off';

/** How long a connection is kept that nobody uses, in ms: its successor would have to read the catalogue and plan each statement anew. */
const KEEP_MS = 600_000;

/** The database: one connection pool a process, and all repositories. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => {
        const { DATABASE_URL, DATABASE_POOL } = config.values;
        const extra = { max: DATABASE_POOL, idleTimeoutMillis: KEEP_MS, options: BY_INDEX };
        return { ...dataSourceOptions(DATABASE_URL, DATABASE_POOL), extra };
      },
    }),
  ],
  providers: REPOSITORIES,
  exports: REPOSITORIES,
})
export class PersistenceModule {}
