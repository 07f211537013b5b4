import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import { newId } from '@outbell/shared/uuid.js';
import type { SMTPServerDataStream } from 'smtp-server';
import type { SmtpPoint } from '../../faults/fault.schema.js';
import { type FatalAction, Faults } from '../../faults/faults.service.js';
import { Inbox } from '../../inbox/inbox.service.js';
import type { CallOutcome } from '../../ledger/ledger-entry.js';
import { Ledger } from '../../ledger/ledger.service.js';
import { readMessageId } from './message-id.js';
import { SmtpRefusal } from './smtp-refusal.js';

const VENDOR = 'smtp';

/** One mail on its way in, as far as the client has told. */
export interface Transaction {
  from: string;
  to: string[];
  /** Ends the connection, without a word or with these bytes as the last */
  cut(saying?: string): void;
}

/** The same with what has come of the mail itself. */
type Told = Transaction & { raw?: Buffer; messageId?: string | null };
type Mail = Required<Told>;

/**
 * What the mail server does with a transaction: asks the faults at every point, keeps what it takes, writes the ledger.
 */
@Injectable()
export class SmtpReception {
  constructor(
    private readonly faults: Faults,
    private readonly inbox: Inbox,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when the transaction may go on beyond this point, rejects with the refusal. After a cut or a hang it never
   * settles: there is nothing left to answer.
   */
  async pass(point: SmtpPoint, transaction: Told): Promise<void> {
    const { delayMs, action } = this.faults.strike(VENDOR, point, transaction.to);
    if (delayMs > 0) await delay(delayMs, undefined, { ref: false });
    if (action) await this.suffer(action, transaction);
  }

  /**
   * Takes the content and answers for it.
   *
   * @returns the text of the positive reply
   * @throws {SmtpRefusal} the negative one
   */
  async receive(stream: SMTPServerDataStream, transaction: Transaction): Promise<string> {
    const raw = await this.collect(stream, transaction);
    if (stream.sizeExceeded) {
      const refusal = new SmtpRefusal(552, '5.3.4 message too large');
      await this.record('rejected', transaction, refusal.reply);
      throw refusal;
    }
    const mail = told(transaction, raw);
    await this.pass('dot', mail);
    // The ledger comes first: what was answered for is written.
    const id = newId();
    const reply = `2.0.0 OK: queued as ${id}`;
    await this.record('accepted', mail, `250 ${reply}`);
    this.keep(id, mail);
    return reply;
  }

  private async collect(stream: SMTPServerDataStream, transaction: Transaction): Promise<Buffer> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (chunks.length === 0) await this.pass('body', told(transaction, chunk));
        if (!stream.sizeExceeded) chunks.push(chunk);
      }
    } catch (error) {
      await this.record('aborted', told(transaction, Buffer.concat(chunks)), null);
      throw error;
    }
    return Buffer.concat(chunks);
  }

  private async suffer(action: FatalAction, transaction: Told): Promise<void> {
    if (action.type === 'reply') {
      const refusal = SmtpRefusal.of(action);
      await this.record('rejected', transaction, refusal.reply);
      throw refusal;
    }
    if (action.type === 'hang') {
      await this.record('hung', transaction, null);
      return never();
    }
    if (action.type === 'drop_after_dot') {
      await this.record('dropped_after', transaction, null);
      this.keep(newId(), transaction);
      transaction.cut(action.saying);
    } else {
      await this.record('dropped_before', transaction, null);
      transaction.cut();
    }
    return never();
  }

  private keep(id: string, { from, to, raw, messageId }: Told): void {
    if (!raw) return;
    const receivedAt = this.clock.now();
    this.inbox.add({
      id,
      vendor: VENDOR,
      channel: 'email',
      messageId: messageId ?? null,
      providerMessageId: null,
      receivedAt,
      from,
      to,
      raw,
      receipts: [],
    });
  }

  /** One entry for each recipient; one without a recipient if none was told. */
  private async record(outcome: CallOutcome, { to, messageId = null }: Told, reply: string | null): Promise<void> {
    const recipients = to.length > 0 ? to : [null];
    await Promise.all(
      recipients.map((recipient) => this.ledger.record({ vendor: VENDOR, messageId, recipient, outcome, reply })),
    );
  }
}

function told(transaction: Transaction, raw: Buffer): Mail {
  return { ...transaction, raw, messageId: readMessageId(raw) };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
