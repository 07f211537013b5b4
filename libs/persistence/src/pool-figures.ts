import { Injectable, Optional } from '@nestjs/common';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { InjectEngine } from './engine/engine-data-source.js';

/** Shows how many connections to the database this process has, and who waits for one. */
@Injectable()
export class PoolFigures {
  constructor(dataSource: DataSource, @InjectEngine() engine: DataSource, @Optional() metrics?: Metrics) {
    const help = 'Connections to the database by state, and statements that wait for one';
    metrics?.gauge('database_pool', help, ['state'], (gauge) => {
      const pools = [dataSource, engine].map(({ driver }) => (driver as PostgresDriver).master as Pool);
      const sum = (of: (pool: Pool) => number) => pools.reduce((total, pool) => total + of(pool), 0);
      gauge.set(
        { state: 'busy' },
        sum(({ totalCount, idleCount }) => totalCount - idleCount),
      );
      gauge.set(
        { state: 'idle' },
        sum(({ idleCount }) => idleCount),
      );
      gauge.set(
        { state: 'waiting' },
        sum(({ waitingCount }) => waitingCount),
      );
    });
  }
}
