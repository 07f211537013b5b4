import { seededRandom } from '@outbell/shared/seeded-random.js';
import type { Fault, FaultPoint } from './fault.schema.js';

/** One fault at work: decides for call after call, in a way that can be repeated. */
export class FaultRule {
  seen = 0;
  fired = 0;
  private readonly recipient: RegExp | undefined;
  private readonly random: () => number;

  constructor(readonly fault: Fault) {
    const { recipient, seed = 1 } = fault.when;
    this.recipient = recipient === undefined ? undefined : glob(recipient);
    this.random = seededRandom(seed);
  }

  /** Counts the call if it is one of those it looks at, and says whether it is struck. */
  strikes(vendor: string, point: FaultPoint, recipients: readonly string[]): boolean {
    const { recipient, fault } = this;
    if (fault.vendor !== vendor || fault.action.at !== point) return false;
    if (recipient && !recipients.some((address) => recipient.test(address))) return false;
    this.seen += 1;
    const struck = this.isDue();
    if (struck) this.fired += 1;
    return struck;
  }

  private isDue(): boolean {
    const { first, every, probability } = this.fault.when;
    if (first !== undefined) return this.seen <= first;
    if (every !== undefined) return this.seen % every === 0;
    if (probability !== undefined) return this.random() < probability;
    return true;
  }
}

/** `*` stands for any characters; case does not matter. */
function glob(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}
