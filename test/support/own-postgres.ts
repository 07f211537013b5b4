import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource } from '@outbell/persistence/data-source.js';
import { becomesTrue, isAlive } from '../../tools/servers/processes.mjs';
import { startPostgres } from '../../tools/servers/postgres.mjs';
import { databaseUrl, makeTemplate, TEMPLATE } from './migrated-template.js';

/** A PostgreSQL of one spec, to be crashed and started again, and as durable as in production. */
export class OwnPostgres {
  private constructor(
    private readonly directory: string,
    readonly url: string,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const { url, directory } = await launch();
    await makeTemplate(url);
    return new OwnPostgres(directory, databaseUrl(url, TEMPLATE));
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

  /** Starts it at the same port. */
  async restart(): Promise<void> {
    await launch();
  }

  async remove(): Promise<void> {
    await this.crash();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** In a directory of this process' own run: should the process die, the next run sweeps it away. */
function launch() {
  const say = (line: string) => console.log(line);
  return startPostgres({ name: `test/run-${process.pid}/postgres`, settings: { shared_buffers: '32MB' }, say });
}
