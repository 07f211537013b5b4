import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import { InputError } from '@outbell/shared/errors.js';
import type { Arrival, SentReceipt } from '../inbox/arrival.js';
import { Inbox } from '../inbox/inbox.service.js';
import { receiptStory } from './receipt-story.js';
import { ReceiptTargets } from './receipt-targets.service.js';
import type { ReceiptKind, ReceiptRequest } from './receipt-writer.js';

const USUAL_DELAY_MS = 200;
const USUAL_RETRY_MS = 1_000;

/** Vendors repeat a report that is not answered with 2xx. */
const MAX_ATTEMPTS = 4;
const ANSWER_TIMEOUT_MS = 15_000;

/** Reports what becomes of the messages that were taken, as their vendors would. */
@Injectable()
export class ReceiptSender implements OnApplicationShutdown {
  private readonly logger = new Logger(ReceiptSender.name);
  private readonly ending = new AbortController();

  constructor(
    private readonly targets: ReceiptTargets,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
  ) {}

  onApplicationShutdown(): void {
    this.ending.abort();
  }

  /** Reports by itself what the recipient's address asks for, one after the other. */
  follow(arrival: Arrival): void {
    const writer = this.targets.writerOf(arrival.vendor);
    const kinds = receiptStory(arrival).filter((kind) => writer?.kinds.includes(kind));
    this.tell(arrival, kinds).catch((error: unknown) => {
      if (!this.ending.signal.aborted) this.logger.error('a receipt could not be written', error);
    });
  }

  /**
   * Reports this now. Resolves when it is answered with 2xx, or the vendor has given up.
   *
   * @throws {InputError} when the vendor has no such report, or nobody told where to
   */
  async send(arrival: Arrival, kind: ReceiptKind): Promise<SentReceipt> {
    const writer = this.targets.writerOf(arrival.vendor);
    if (!writer?.kinds.includes(kind))
      throw InputError.forField('kind', `${arrival.vendor} reports no such thing`, 422);
    const receipt = await this.report(arrival, kind);
    if (!receipt) throw InputError.forField('kind', `nobody told ${arrival.vendor} where to report it`, 409);
    return receipt;
  }

  private async tell(arrival: Arrival, kinds: readonly ReceiptKind[]): Promise<void> {
    for (const kind of kinds) {
      await this.wait(this.targets.of(arrival.vendor)?.delay_ms ?? USUAL_DELAY_MS);
      // A message that was cleared is forgotten.
      if (!this.inbox.find(arrival.id)) return;
      await this.report(arrival, kind);
    }
  }

  private async report(arrival: Arrival, kind: ReceiptKind): Promise<SentReceipt | null> {
    const target = this.targets.of(arrival.vendor);
    const report = { kind, arrival, eventId: `${arrival.id}-${kind}`, at: this.clock.now() };
    const request = this.targets.writerOf(arrival.vendor)?.write(report, target);
    if (!request) return null;
    const { origin, pathname } = new URL(request.url);
    const receipt: SentReceipt = { kind, url: origin + pathname, attempts: 0, status: null };
    arrival.receipts.push(receipt);
    await this.deliver(request, receipt, target?.retry_ms ?? USUAL_RETRY_MS);
    return receipt;
  }

  private async deliver(request: ReceiptRequest, receipt: SentReceipt, retryMs: number): Promise<void> {
    for (let pauseMs = retryMs; ; pauseMs *= 2) {
      receipt.attempts += 1;
      receipt.status = await this.post(request);
      this.inbox.touched();
      const { status, attempts } = receipt;
      if ((status !== null && status >= 200 && status < 300) || attempts === MAX_ATTEMPTS) return;
      await this.wait(pauseMs);
    }
  }

  /** @returns the status, or null when there was no answer */
  private async post({ url, ...init }: ReceiptRequest): Promise<number | null> {
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
    try {
      const answer = await fetch(url, { ...init, redirect: 'manual', signal });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      return null;
    }
  }

  private wait(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.ending.signal, ref: false });
  }
}
