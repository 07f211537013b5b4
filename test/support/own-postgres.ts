import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource } from '@outbell/persistence/data-source.js';
import { becomesTrue, isAlive } from '../../tools/servers/processes.mjs';
import { startPostgres, stopPostgres } from '../../tools/servers/postgres.mjs';
import { databaseUrl, makeTemplate, TEMPLATE } from './migrated-template.js';

/** A PostgreSQL of one spec, to be crashed and started again, and as durable as in production. */
export class OwnPostgres {
  private constructor(
    private readonly name: string,
    private readonly directory: string,
    readonly url: string,
  ) {}

  /** @param name to tell several of one process apart */
  static async start(name = 'postgres'): Promise<OwnPostgres> {
    const { url, directory } = await launch(name);
    await makeTemplate(url);
    return new OwnPostgres(name, directory, databaseUrl(url, TEMPLATE));
  }

  connect(): Promise<DataSource> {
    return createDataSource(this.url, 2).initialize();
  }

  /** SIGQUIT, `pg_ctl stop -m immediate`: every client is cut off, nothing is written back; the next start recovers. */
  async crash(): Promise<void> {
    const pidFile = path.join(this.directory, 'data', 'postmaster.pid');
    if (!existsSync(pidFile)) return;
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGQUIT');
    if (!(await becomesTrue(() => !isAlive(pid), 20_000))) throw new Error('PostgreSQL did not end.');
  }

  /** SIGINT, `pg_ctl stop -m fast`: every client is cut off, and all is written back. */
  stop(): Promise<void> {
    return stopPostgres(path.join(this.directory, 'data'));
  }

  /** Starts it at the same port. */
  async restart(): Promise<void> {
    await launch(this.name);
  }

  async remove(): Promise<void> {
    await this.crash();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** In a directory of this process' own run: should the process die, the next run sweeps it away. */
function launch(name: string) {
  const say = (line: string) => console.log(line);
  const settings = { shared_buffers: '32MB', max_connections: '200' };
  return startPostgres({ name: `test/run-${process.pid}/${name}`, settings, say });
}
