import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import type { LedgerEntry } from '../../apps/sandbox/src/ledger/ledger-entry.js';

export type { LedgerEntry };

/** What the vendor wrote down, read from its file: each line was synced before the vendor answered. */
export class Ledger {
  private readonly entries: LedgerEntry[] = [];
  private read = 0;
  private torn = '';

  constructor(private readonly file: string) {}

  /** How many entries there are: where a run begins. */
  get length(): number {
    this.readOn();
    return this.entries.length;
  }

  /** In the order in which the calls ended. */
  since(start: number): LedgerEntry[] {
    this.readOn();
    return this.entries.slice(start);
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }

  private readOn(): void {
    if (!existsSync(this.file)) return;
    const size = statSync(this.file).size;
    if (size === this.read) return;
    const fresh = Buffer.alloc(size - this.read);
    const handle = openSync(this.file, 'r');
    readSync(handle, fresh, 0, fresh.length, this.read);
    closeSync(handle);
    this.read = size;
    const lines = (this.torn + fresh.toString()).split('\n');
    this.torn = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.entries.push(JSON.parse(line) as LedgerEntry);
  }
}
