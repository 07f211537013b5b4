import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { DeclaredMethods } from './declared-methods.js';
import { lastDue } from './last-due.js';
import { Poll, polled, type PollResult } from './poll.decorator.js';
import { type Fire, ScheduleFireRepository } from './schedule-fire.repository.js';
import { Scheduled, type ScheduleOptions } from './scheduled.decorator.js';

/** How long a fire stays a dead process's, in ms. */
const LEASE_MS = 60_000;
const RENEW_MS = 15_000;
/** After how long a failed fire is tried again, in ms. */
const RETRY_MS = 60_000;
/** How often fires are looked for that were missed, failed, or came with a clock that is wrong, in ms. */
const LOOK_MS = 10_000;

interface Job extends Required<ScheduleOptions> {
  run: (dueAt: Date) => Promise<void>;
}

/**
 * Fires the methods that are declared with `@Scheduled`, each fire in one process of the installation. Cron's timers
 * only say when to look: which fire is due is computed from the database's time, and who runs it is decided by a row
 * (ScheduleFireRepository).
 */
@Injectable()
export class ScheduledJobs implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ScheduledJobs.name);
  private readonly jobs = new Map<string, Job>();
  private readonly running = new Map<string, Promise<boolean>>();
  private ended = false;

  constructor(
    private readonly fires: ScheduleFireRepository,
    private readonly registry: SchedulerRegistry,
    private readonly methods: DeclaredMethods,
  ) {}

  /** @throws Error when two jobs have one name, or a schedule cannot be read */
  onModuleInit(): void {
    for (const { owner, method, options } of this.methods.with(Scheduled)) {
      const run = (owner as Record<string, Job['run']>)[method] as Job['run'];
      this.add({ timeZone: 'UTC', ...options, run: (dueAt) => run.call(owner, dueAt) });
    }
  }

  onApplicationBootstrap(): void {
    for (const { job, cron, timeZone } of this.jobs.values()) {
      const onTick = () => void this.fire(job).catch((error: unknown) => this.failed(job, error));
      this.registry.addCronJob(job, CronJob.from({ cronTime: cron, timeZone, onTick, start: true }));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ended = true;
    for (const [name, cron] of this.registry.getCronJobs()) if (this.jobs.has(name)) await cron.stop();
    await Promise.allSettled(this.running.values());
  }

  /** Catches up with fires that no tick has led to. */
  @Poll({ every: LOOK_MS })
  async catchUp(): Promise<PollResult> {
    const fired = await Promise.all([...this.jobs.keys()].map((job) => this.fire(job)));
    return polled(fired.filter(Boolean).length);
  }

  /** Runs a job's last due fire, unless it is done or another process is at it. @returns whether it was run here */
  fire(name: string): Promise<boolean> {
    const job = this.jobs.get(name);
    if (!job || this.ended) return Promise.resolve(false);
    let running = this.running.get(name);
    if (!running) {
      running = this.fireOnce(job).finally(() => this.running.delete(name));
      this.running.set(name, running);
    }
    return running;
  }

  private async fireOnce(job: Job): Promise<boolean> {
    const dueAt = lastDue(job.cron, job.timeZone, await this.fires.now());
    const fire = dueAt && (await this.fires.take(job.job, dueAt, LEASE_MS));
    if (!fire) return false;
    const renewing = setInterval(() => this.renew(fire), RENEW_MS);
    try {
      await job.run(fire.dueAt);
      await this.fires.finish(fire);
    } catch (error) {
      this.failed(job.job, error);
      await this.fires.giveBack(fire, RETRY_MS);
    } finally {
      clearInterval(renewing);
    }
    return true;
  }

  private renew(fire: Fire): void {
    this.fires.renew(fire, LEASE_MS).then(
      (held) => held || this.logger.warn('another process has taken a scheduled job over', { job: fire.job }),
      (error: unknown) => this.logger.warn('the lease of a scheduled job was not renewed', { job: fire.job }, error),
    );
  }

  private failed(job: string, error: unknown): void {
    this.logger.error('a scheduled job failed; it is tried again', { job }, error);
  }

  private add(job: Job): void {
    if (this.jobs.has(job.job)) throw new Error(`two scheduled jobs are called ${job.job}`);
    lastDue(job.cron, job.timeZone, new Date());
    this.jobs.set(job.job, job);
  }
}
