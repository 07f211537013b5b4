import DataLoader from 'dataloader';
import { asError } from './errors.js';
import { withoutLogContext } from './logging/log-context.js';

export interface BatchLoaderOptions {
  /** The most that one batch holds. */
  size: number;
  /** Batches under way at the same time. */
  atOnce: number;
  /**
   * Whether what a batch threw is the fault of none of its questions, and would meet each of them alone: what is asked
   * cannot be reached.
   */
  strikesAll: (error: unknown) => boolean;
}

/**
 * Gathers single questions into few statements: what comes while batches are under way is gathered, and asked together
 * when one of them has ended. Alone, a question waits for nobody; the more there are, the more of them share one
 * statement. They do not fail together: where one makes its batch fail, each is asked alone.
 */
export class BatchLoader<Question, Answer> {
  private readonly loader: DataLoader<Question, Answer>;
  private readonly waiting: (() => void)[] = [];
  private free: number;

  private readonly strikesAll: BatchLoaderOptions['strikesAll'];

  /**
   * @param ask gives answers in the order of the questions, an Error for one that alone has none; when it throws, none
   * has, and it may be asked the same again
   */
  constructor(
    private readonly ask: (questions: readonly Question[]) => Promise<readonly (Answer | Error)[]>,
    { size, atOnce, strikesAll }: BatchLoaderOptions,
  ) {
    this.free = atOnce;
    this.strikesAll = strikesAll;
    this.loader = new DataLoader((questions) => this.run(questions), {
      cache: false,
      maxBatchSize: size,
      batchScheduleFn: (begin) => this.schedule(begin),
    });
  }

  /** @throws what it threw when it was asked alone, what its batch threw for all, or the error it was answered with */
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
      return await this.answer(questions);
    } finally {
      const next = this.waiting.shift();
      if (next) setImmediate(next);
      else this.free++;
    }
  }

  private async answer(questions: readonly Question[]): Promise<readonly (Answer | Error)[]> {
    try {
      return await this.ask(questions);
    } catch (error) {
      if (questions.length === 1 || this.strikesAll(error)) throw error;
      return Promise.all(questions.map((question) => this.askAlone(question)));
    }
  }

  private async askAlone(question: Question): Promise<Answer | Error> {
    try {
      const [answer] = await this.ask([question]);
      return answer as Answer | Error;
    } catch (error) {
      return asError(error);
    }
  }
}
