import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** As long as Resend knows a key, in ms. */
const KEPT_FOR_MS = 24 * 3_600_000;
const MAX_KEYS = 100_000;

/** What was taken under a key: of which body, and under which id. */
interface Taken {
  digest: string;
  id: string;
}

/** The keys of the calls that were taken, of all accounts. */
export class IdempotencyKeys {
  private readonly taken = new LRUCache<string, Taken>({ max: MAX_KEYS, ttl: KEPT_FOR_MS });

  private readonly open = new Set<string>();

  /** Whether no other call under this key is under way. `end` it when it is over. */
  begin(account: string, key: string): boolean {
    const before = this.open.size;
    return this.open.add(`${account} ${key}`).size > before;
  }

  end(account: string, key: string): void {
    this.open.delete(`${account} ${key}`);
  }

  /** The id that this call was taken under; `other` when the key was used for another body; null for a new one. */
  find(account: string, key: string, body: Buffer): { id: string } | 'other' | null {
    const known = this.taken.get(`${account} ${key}`);
    if (!known) return null;
    return known.digest === digestOf(body) ? { id: known.id } : 'other';
  }

  remember(account: string, key: string, body: Buffer, id: string): void {
    this.taken.set(`${account} ${key}`, { digest: digestOf(body), id });
  }
}

function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
