import { CALL_OUTCOMES, type CallOutcome, isTaken, type LedgerEntry } from './ledger-entry.js';

/** What a test reconciles with what it sent. */
export interface LedgerSummary {
  /** Entries ever written */
  calls: number;
  outcomes: Record<CallOutcome, number>;
  /** Distinct messages that were taken */
  taken: number;
  /** Ids of messages taken more than once for the same recipient: must be empty */
  twice: string[];
  /** How often each message was taken */
  taken_by_message: Record<string, number>;
}

/** Counts entry by entry, so that a summary costs nothing while 100,000 messages arrive. */
export class LedgerCounts {
  private readonly outcomes = new Map<CallOutcome, number>();
  private readonly byMessage = new Map<string, number>();
  private readonly byRecipient = new Map<string, number>();
  private readonly twice = new Set<string>();

  add({ message_id: id, recipient_hash: recipient, outcome }: LedgerEntry): void {
    this.outcomes.set(outcome, this.of(outcome) + 1);
    if (id === null || !isTaken(outcome)) return;
    this.byMessage.set(id, (this.byMessage.get(id) ?? 0) + 1);
    const key = `${id} ${recipient}`;
    const times = (this.byRecipient.get(key) ?? 0) + 1;
    this.byRecipient.set(key, times);
    if (times > 1) this.twice.add(id);
  }

  of(outcome: CallOutcome): number {
    return this.outcomes.get(outcome) ?? 0;
  }

  get doubles(): number {
    return this.twice.size;
  }

  summary(): LedgerSummary {
    const outcomes = Object.fromEntries(CALL_OUTCOMES.map((outcome) => [outcome, this.of(outcome)]));
    return {
      calls: CALL_OUTCOMES.reduce((sum, outcome) => sum + this.of(outcome), 0),
      outcomes: outcomes as Record<CallOutcome, number>,
      taken: this.byMessage.size,
      twice: [...this.twice],
      taken_by_message: Object.fromEntries(this.byMessage),
    };
  }
}
