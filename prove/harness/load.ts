import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@outbell/shared/uuid.js';
import { PATIENCE_MS } from './times.js';
import type { Customer } from './customer.js';

/** A beat of the load: one batch of normal priority beside single urgent messages, and a pause. */
const BATCH = 10;
const SINGLES = 3;
const PAUSE_MS = 60;

const LARGEST_BATCH = 1_000;

/** Where it ends, whatever a scenario waits for. */
const MOST = 5_000;

/** Messages that keep coming in through the API, while and after something happens. */
export class Load {
  /** Id of each message that was answered 202, by its recipient: every message has one of its own. */
  readonly accepted = new Map<string, string>();
  private readonly run = newId().slice(-12);
  private asked = 0;
  private stopAt = Infinity;
  private beats: Promise<void> = Promise.resolve();

  constructor(private readonly customer: Customer) {}

  start(): void {
    this.beats = this.beat();
    // It is looked at by `finish`; until then a refusal must not end the process.
    this.beats.catch(() => undefined);
  }

  /** Resolves when there are at least so many messages, and all that was asked for has been answered. */
  async finish(atLeast: number): Promise<void> {
    this.stopAt = atLeast;
    await this.beats;
  }

  /** Asks for so many messages as fast as may be, in batches of the largest size. */
  async burst(count: number): Promise<void> {
    for (let left = count; left > 0; left -= LARGEST_BATCH) await this.batch(Math.min(left, LARGEST_BATCH));
  }

  /** Asks for a single message to this recipient. */
  async one(to: string): Promise<void> {
    this.accepted.set(to, await this.post(to));
  }

  /** Asks once more, under the same key. @returns the ids that were told, by recipient */
  async repeat(recipients: readonly string[]): Promise<Map<string, string>> {
    const told = new Map<string, string>();
    for (const to of recipients) told.set(to, await this.post(to));
    return told;
  }

  /** Recipients of single messages. */
  get singles(): string[] {
    return [...this.accepted.keys()].filter((recipient) => recipient.startsWith('single'));
  }

  private async beat(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (this.asked < this.stopAt && this.asked < MOST && performance.now() < deadline) {
      await Promise.all([
        this.batch(BATCH),
        ...Array.from({ length: SINGLES }, () => this.one(this.recipient('single'))),
      ]);
      await pause(PAUSE_MS);
    }
  }

  private async post(to: string): Promise<string> {
    const { id } = await this.customer.ask<{ id: string }>('POST', '/v1/messages', message(to, 'high'), to);
    return id;
  }

  private async batch(size: number): Promise<void> {
    const recipients = Array.from({ length: size }, () => this.recipient('batch'));
    const body = { messages: recipients.map((to) => message(to, 'normal')) };
    const { results } = await this.customer.ask<BatchAnswer>('POST', '/v1/messages/batch', body, recipients[0]);
    for (const { index, status, id } of results) {
      const to = recipients[index];
      if (status !== 202 || id === undefined || to === undefined) throw new Error(`a batch was answered ${status}`);
      this.accepted.set(to, id);
    }
  }

  private recipient(kind: 'single' | 'batch'): string {
    return `${kind}-${++this.asked}-${this.run}@example.org`;
  }
}

interface BatchAnswer {
  results: { index: number; status: number; id?: string }[];
}

function message(to: string, priority: 'high' | 'normal') {
  return { channel: 'email', to, sender: 'shop@example.com', subject: 'Hello', text: `Hello ${to}`, priority };
}
