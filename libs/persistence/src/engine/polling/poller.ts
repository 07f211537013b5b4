import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common';
import { Config } from '@outbell/shared/config/config.schema.js';
import { DeclaredMethods } from './declared-methods.js';
import { LeaderLease } from './leader-lease.js';
import { Poll, type PollOptions, type PollResult } from './poll.decorator.js';
import { PollLoop, type PollPauses } from './poll-loop.js';
import { PollMetrics } from './poll-metrics.js';

const BUSY_PAUSE_MS = 20;

type PollMethod = (item?: string) => Promise<PollResult>;

/**
 * Finds the methods that are declared with `@Poll`, runs each in a loop of its own, and waits for those under way
 * before the process ends.
 */
@Injectable()
export class Poller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Poller.name);
  private readonly loops = new Map<object, PollLoop[]>();

  constructor(
    private readonly methods: DeclaredMethods,
    private readonly leader: LeaderLease,
    private readonly metrics: PollMetrics,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    for (const { owner, method, options } of this.methods.with(Poll)) {
      const loops = this.loopsOf(owner as Record<string, PollMethod>, method, options);
      this.loops.set(owner, [...(this.loops.get(owner) ?? []), ...loops]);
    }
    for (const loop of this.all) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((loop) => loop.stop()));
  }

  /** Ends the loops of one class in this process. Resolves when their runs under way have ended. */
  async stop(owner: Type): Promise<void> {
    const loops = [...this.loops].flatMap(([each, own]) => (each instanceof owner ? own : []));
    await Promise.all(loops.map((loop) => loop.stop()));
  }

  private get all(): PollLoop[] {
    return [...this.loops.values()].flat();
  }

  private loopsOf(owner: Record<string, PollMethod>, method: string, options: PollOptions): PollLoop[] {
    const name = `${owner.constructor.name}.${method}`;
    const run: PollMethod = (item) => (owner[method] as PollMethod).call(owner, item);
    const work: PollMethod = options.leader ? (item) => this.leader.ifLeading(() => run(item)) : run;
    const { values } = this.config;
    const pauses = pausesOf(options, values);
    const items = options.forEach?.(values, owner) ?? [undefined];
    return items.map((item) => {
      const loopName = item === undefined ? name : `${name}:${item}`;
      return new PollLoop(loopName, pauses, () => work(item), this.logger, this.metrics);
    });
  }
}

function pausesOf({ every, busyEvery }: PollOptions, settings: Config['values']): PollPauses {
  return {
    idleMs: typeof every === 'number' ? every : every(settings),
    busyMs: busyEvery?.(settings) ?? BUSY_PAUSE_MS,
  };
}
