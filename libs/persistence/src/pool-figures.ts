import { Injectable, Optional } from '@nestjs/common';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/** How this process stands with its connections to the database. */
@Injectable()
export class PoolFigures {
  constructor(dataSource: DataSource, @Optional() metrics?: Metrics) {
    const help = 'Connections to the database by state, and statements that wait for one';
    metrics?.gauge('database_pool', help, ['state'], (gauge) => {
      const pool = (dataSource.driver as PostgresDriver).master as Pool;
      gauge.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      gauge.set({ state: 'idle' }, pool.idleCount);
      gauge.set({ state: 'waiting' }, pool.waitingCount);
    });
  }
}
