import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '@outbell/shared/config/config.schema.js';
import { dataSourceOptions } from './data-source.js';
import { ApiKeyRepository } from './repositories/api-key.repository.js';
import { PartitionRepository } from './repositories/partition.repository.js';
import { TenantRepository } from './repositories/tenant.repository.js';

const REPOSITORIES: (new (...args: never[]) => object)[] = [
  ApiKeyRepository,
  PartitionRepository,
  TenantRepository,
];

/** The database: one connection pool a process, and all repositories. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => dataSourceOptions(config.values.DATABASE_URL, config.values.DATABASE_POOL),
    }),
  ],
  providers: REPOSITORIES,
  exports: REPOSITORIES,
})
export class PersistenceModule {}
