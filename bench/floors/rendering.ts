import { compileTemplate } from '@outbell/content/compiled-template.js';
import type { Watched } from '../harness/cpu-time.js';
import type { Entry } from '../harness/section.js';
import type { Sample, Subject } from '../harness/subject.js';
import { RECEIPT, receiptVariables } from '../installation/receipt.js';

const name = 'floor-rendering';

/** What one thread takes to fill the drain's template, with nothing around it. */
class Rendering implements Subject {
  readonly name = name;
  readonly title = 'Floor: the rendering of a delivery alone';
  readonly processes: Watched[] = [{ label: 'worker', pid: process.pid }];
  private readonly template = compileTemplate(RECEIPT);
  private variables: ReturnType<typeof receiptVariables>[] = [];

  constructor(private readonly count: number) {}

  async prepare(): Promise<void> {
    this.variables = Array.from({ length: this.count }, (_, number) => receiptVariables(number));
  }

  async run(): Promise<Sample> {
    const began = performance.now();
    let length = 0;
    for (const variables of this.variables) length += this.template.render(variables).html?.length ?? 0;
    const seconds = (performance.now() - began) / 1_000;
    if (length < this.count) throw new Error(`${this.title}: nothing was rendered`);
    return { count: this.count, seconds };
  }

  async close(): Promise<void> {}
}

export const rendering: Entry = {
  name,
  make: async (bench) => new Rendering(bench.size(40_000, 10_000)),
};
