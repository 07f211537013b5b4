import { getDataSourceToken } from '@nestjs/typeorm';
import { ENGINE } from '@outbell/persistence/engine/engine-data-source.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

type Query = (...args: unknown[]) => unknown;

/** The texts of all statements that an API sends for requests. What a test does itself with its parts is no request. */
export class StatementsSeen {
  readonly texts = new Set<string>();
  private readonly request = new AsyncLocalStorage<true>();
  private readonly watched = new WeakSet<object>();

  /** From now on. @param app not initialised yet */
  static of(app: NestFastifyApplication): StatementsSeen {
    const seen = new StatementsSeen();
    // As the API does with its own context: reading the body leaves the async context.
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('preValidation', (_request, _reply, done) => seen.request.run(true, done));
    for (const { driver } of [app.get(DataSource), app.get<DataSource>(getDataSourceToken(ENGINE))]) {
      const pool = (driver as PostgresDriver).master as Pool;
      pool.on('acquire', (client) => seen.watch(client));
    }
    return seen;
  }

  private watch(client: PoolClient): void {
    if (this.watched.has(client)) return;
    this.watched.add(client);
    const query = client.query.bind(client) as Query;
    client.query = ((...args: unknown[]) => {
      if (this.request.getStore()) this.note(args[0]);
      return query(...args);
    }) as typeof client.query;
  }

  private note(statement: unknown): void {
    this.texts.add(typeof statement === 'string' ? statement : String((statement as { text: unknown }).text));
  }
}
