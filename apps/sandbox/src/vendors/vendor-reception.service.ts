import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import { newId } from '@outbell/shared/uuid.js';
import type { FastifyReply } from 'fastify';
import { type FatalHttpAction, Faults } from '../faults/faults.service.js';
import type { Arrival } from '../inbox/arrival.js';
import { Inbox } from '../inbox/inbox.service.js';
import type { CallOutcome } from '../ledger/ledger-entry.js';
import { Ledger } from '../ledger/ledger.service.js';
import { RateLimits } from '../limits/rate-limits.service.js';
import { ReceiptSender } from '../receipts/receipt-sender.service.js';
import { answer, answerHalf, cut, hang } from './line.js';
import type { Protocol, Submission } from './submission.js';
import { VendorRefusal } from './vendor-refusal.js';

const GARBAGE = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>It works!</body></html>' };

/** One call as far as it has come. */
interface Call {
  protocol: Protocol;
  reply: FastifyReply;
}

/**
 * What every HTTP vendor does with a call: asks limits and faults, keeps what it takes, writes the ledger, reports
 * later.
 */
@Injectable()
export class VendorReception {
  constructor(
    private readonly faults: Faults,
    private readonly limits: RateLimits,
    private readonly inbox: Inbox,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly receipts: ReceiptSender,
  ) {}

  /**
   * Takes the message, or refuses it in the vendor's form, or misbehaves.
   *
   * @param read checks who calls and what is asked. Its `VendorRefusal`s are answered
   */
  async receive(protocol: Protocol, reply: FastifyReply, read: () => Submission): Promise<void> {
    const call = { protocol, reply };
    let submission: Submission;
    try {
      submission = read();
    } catch (error) {
      if (!(error instanceof VendorRefusal)) throw error;
      return this.refuse(call, error);
    }
    const refusal = submission.refusal ?? (await this.tooMany(protocol, submission));
    if (refusal) return this.refuse(call, refusal, submission);
    const { delayMs, action } = this.faults.strike(protocol.vendor, 'request', submission.to);
    if (delayMs > 0) await delay(delayMs, undefined, { ref: false });
    if (action) return this.suffer(action, call, submission);
    await this.take('accepted', protocol, submission);
    await answer(reply, submission.answer);
  }

  /** Answers what sends nothing (verification, look-ups), refusals included. */
  async inform(protocol: Protocol, reply: FastifyReply, read: () => Submission['answer']): Promise<void> {
    try {
      await answer(reply, read());
    } catch (error) {
      if (!(error instanceof VendorRefusal)) throw error;
      await answer(reply, protocol.refuse(error));
    }
  }

  private async tooMany({ vendor, tooMany }: Protocol, submission: Submission): Promise<VendorRefusal | null> {
    const waitMs = await this.limits.book(vendor, submission.account, submission.to);
    const { status, code, text } = tooMany;
    return waitMs === null ? null : new VendorRefusal(status, code, text, String(Math.ceil(waitMs / 1000)));
  }

  private async suffer(action: FatalHttpAction, call: Call, submission: Submission): Promise<void> {
    const { protocol, reply } = call;
    if (action.type === 'reply' || action.type === 'rate_limit') {
      return this.refuse(call, refusalOf(action, protocol), submission);
    }
    if (action.type === 'drop_before' || (action.type === 'hang' && !action.taken)) {
      await this.record(action.type === 'hang' ? 'hung' : 'dropped_before', protocol, submission, null);
      if (action.type === 'hang') hang(reply);
      else cut(reply);
      return;
    }
    await this.take('dropped_after', protocol, submission);
    if (action.type === 'garbage') await answer(reply, GARBAGE);
    else if (action.type === 'half_reply') answerHalf(reply, submission.answer);
    else if (action.type === 'hang') hang(reply);
    else cut(reply);
  }

  private async refuse({ protocol, reply }: Call, refusal: VendorRefusal, submission?: Submission): Promise<void> {
    const { status, headers, body } = protocol.refuse(refusal);
    const { code, retryAfter } = refusal;
    await this.record('rejected', protocol, submission, code === undefined ? String(status) : `${status} ${code}`);
    const waiting = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    await answer(reply, { status, headers: { ...headers, ...waiting }, body });
  }

  /** The ledger comes first: what was answered for is written. */
  private async take(outcome: 'accepted' | 'dropped_after', protocol: Protocol, submission: Submission): Promise<void> {
    const { repeated = false, account: _account, onTaken, answer: reply, ...message } = submission;
    const said = outcome === 'accepted' ? String(reply.status) : null;
    await this.record(repeated ? 'repeated' : outcome, protocol, submission, said);
    if (repeated) return;
    onTaken?.();
    const { vendor, channel } = protocol;
    const arrival: Arrival = { ...message, id: newId(), vendor, channel, receivedAt: this.clock.now(), receipts: [] };
    this.inbox.add(arrival);
    this.receipts.follow(arrival);
  }

  /** One entry for each recipient; one without a recipient if none was told. */
  private async record(
    outcome: CallOutcome,
    { vendor }: Protocol,
    submission: Submission | undefined,
    reply: string | null,
  ): Promise<void> {
    const { messageId = null, to = [] } = submission ?? {};
    const recipients = to.length > 0 ? to : [null];
    await Promise.all(
      recipients.map((recipient) => this.ledger.record({ vendor, messageId, recipient, outcome, reply })),
    );
  }
}

function refusalOf(
  action: Extract<FatalHttpAction, { type: 'reply' | 'rate_limit' }>,
  protocol: Protocol,
): VendorRefusal {
  const retryAfter = action.retry_after === undefined ? undefined : String(action.retry_after);
  if (action.type === 'rate_limit') {
    const { status, code, text } = protocol.tooMany;
    return new VendorRefusal(status, code, text, retryAfter);
  }
  return new VendorRefusal(action.status, action.code?.toString(), action.text, retryAfter);
}
