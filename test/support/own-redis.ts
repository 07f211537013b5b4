import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '../../tools/servers/ports.mjs';
import { until } from './until.js';

/** A Redis of one spec, to be emptied, killed and started again. It keeps nothing: the worst it can do. */
export class OwnRedis {
  private process: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  /** @throws when there is no `redis-server` on the PATH */
  static async start(): Promise<OwnRedis> {
    const own = new OwnRedis(await freePort());
    await own.restart();
    return own;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** FLUSHALL. */
  async empty(): Promise<void> {
    await this.ask((redis) => redis.flushall());
  }

  /** SIGTERM: it says goodbye to its clients. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** SIGKILL. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Starts it, empty, at the same port. */
  async restart(): Promise<void> {
    const flags = ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no'];
    this.process = spawn('redis-server', [...flags, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' });
    await once(this.process, 'spawn');
    await until(() => this.ask((redis) => redis.ping()).catch(() => null));
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.process?.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }

  private async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }
}
