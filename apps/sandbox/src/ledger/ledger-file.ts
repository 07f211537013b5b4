import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { LedgerEntry } from './ledger-entry.js';

/**
 * The ledger on disk: JSON lines, only ever appended to. `append()` resolves when the line is synced; lines that come
 * while a sync runs share the next one, so that a burst costs few syncs.
 */
export class LedgerFile {
  private waiting: string[] = [];
  private next: Promise<void> | undefined;
  private last: Promise<void> = Promise.resolve();

  private constructor(private readonly handle: FileHandle) {}

  /** Opens or creates the file. `known` is what it already holds. */
  static async open(path: string): Promise<{ file: LedgerFile; known: LedgerEntry[] }> {
    const handle = await open(path, 'a');
    const text = await readFile(path, 'utf8');
    const lines = text.split('\n');
    const torn = lines.pop() !== '';
    // The line being written when the machine went down was never answered for: it is closed and left out.
    if (torn) await handle.appendFile('\n');
    return { file: new LedgerFile(handle), known: lines.flatMap(readLine) };
  }

  append(entry: LedgerEntry): Promise<void> {
    this.waiting.push(`${JSON.stringify(entry)}\n`);
    if (this.next === undefined) {
      const flush = (): Promise<void> => this.flush();
      this.next = this.last = this.last.then(flush, flush);
    }
    return this.next;
  }

  async close(): Promise<void> {
    await this.last.catch(() => undefined);
    await this.handle.close();
  }

  private async flush(): Promise<void> {
    const lines = this.waiting;
    this.waiting = [];
    this.next = undefined;
    await this.handle.appendFile(lines.join(''));
    await this.handle.datasync();
  }
}

function readLine(line: string): LedgerEntry[] {
  try {
    return [JSON.parse(line) as LedgerEntry];
  } catch {
    // A line that was torn in an earlier run.
    return [];
  }
}
