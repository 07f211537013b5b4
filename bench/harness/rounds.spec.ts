import { describe, expect, it } from 'vitest';
import { alternate, turns } from './rounds.js';
import type { Sample, Subject } from './subject.js';

/** Notes what is done with it. */
class Noted implements Subject {
  readonly processes = [{ label: 'own', pid: process.pid }];
  private rounds = 0;

  constructor(
    readonly name: string,
    private readonly log: string[],
  ) {}

  get title(): string {
    return `the ${this.name}`;
  }

  async prepare(): Promise<void> {
    this.log.push(`prepare ${this.name}`);
  }

  async run(): Promise<Sample> {
    this.log.push(`run ${this.name}`);
    return { count: 10 * ++this.rounds, seconds: 2 };
  }

  async close(): Promise<void> {
    this.log.push(`close ${this.name}`);
  }
}

describe('alternating rounds', () => {
  it('each round begins with another subject and passes all of them', () => {
    expect(turns(3, 0)).toEqual([0, 1, 2]);
    expect(turns(3, 1)).toEqual([1, 2, 0]);
    expect(turns(3, 5)).toEqual([2, 0, 1]);
  });

  it('prepares and runs them by turns, without counting the first round of each', async () => {
    const log: string[] = [];
    const subjects = ['a', 'b'].map((name) => new Noted(name, log));
    const measured = await alternate(subjects, 2, [], () => undefined);
    expect(log.filter((line) => line.startsWith('run'))).toEqual([
      ...['run a', 'run b'],
      ...['run b', 'run a'],
      ...['run a', 'run b'],
    ]);
    expect(log.slice(0, 2)).toEqual(['prepare a', 'run a']);
    expect(measured.map(({ name, title }) => [name, title])).toEqual([
      ['a', 'the a'],
      ['b', 'the b'],
    ]);
    expect(measured[0]?.rounds.map(({ count }) => count)).toEqual([20, 30]);
  });

  it('tells the CPU time of the subject and of the servers apart', async () => {
    const servers = [{ label: 'server', pid: process.pid }];
    const [measured] = await alternate([new Noted('a', [])], 1, servers, () => undefined);
    expect(Object.keys(measured?.rounds[0]?.cpu ?? {})).toEqual(['own', 'server']);
  });
});
