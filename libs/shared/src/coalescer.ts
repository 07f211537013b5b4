import DataLoader from 'dataloader';
import { withoutLogContext } from './logging/log-context.js';

export interface CoalescerOptions {
  /** The most that one batch holds. */
  size: number;
  /** Batches under way at the same time. */
  atOnce: number;
}

/**
 * Turns single questions into few: what comes while batches are under way is gathered, and asked together when one of them has ended. Alone,
 * a question waits for nobody; the more there are, the more of them share one statement.
 */
export class Coalescer<Question, Answer> {
  private readonly loader: DataLoader<Question, Answer>;
  private readonly waiting: (() => void)[] = [];
  private free: number;

  /** @param ask gives answers in the order of the questions, an Error for one that alone has none; when it throws, none has */
  constructor(
    private readonly ask: (questions: readonly Question[]) => Promise<readonly (Answer | Error)[]>,
    { size, atOnce }: CoalescerOptions,
  ) {
    this.free = atOnce;
    this.loader = new DataLoader((questions) => this.run(questions), {
      cache: false,
      maxBatchSize: size,
      batchScheduleFn: (begin) => this.schedule(begin),
    });
  }

  /** @throws what its batch threw, or the error it was answered with */
  load(question: Question): Promise<Answer> {
    return this.loader.load(question);
  }

  private schedule(begin: () => void): void {
    if (this.free === 0) this.waiting.push(begin);
    else {
      this.free--;
      // After what else has arrived on other sockets by now; and its log lines are not those of the first who asked.
      withoutLogContext(() => setImmediate(begin));
    }
  }

  private async run(questions: readonly Question[]): Promise<readonly (Answer | Error)[]> {
    try {
      return await this.ask(questions);
    } finally {
      const next = this.waiting.shift();
      if (next) setImmediate(next);
      else this.free++;
    }
  }
}
