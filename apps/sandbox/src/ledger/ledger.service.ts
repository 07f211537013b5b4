import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { LedgerCounts } from './ledger-counts.js';
import type { LedgerEntry, VendorCall } from './ledger-entry.js';
import { LedgerFile } from './ledger-file.js';

/** Entries kept in memory. The counts and the file know all of them. */
const MAX_ENTRIES = 1_000_000;

/**
 * What the vendors took and what they didn't: append-only, so that a test can prove that each message was delivered
 * once.
 */
@Injectable()
export class Ledger implements OnModuleInit, OnApplicationShutdown {
  readonly counts = new LedgerCounts();
  private readonly entries: LedgerEntry[] = [];
  private file: LedgerFile | undefined;
  private lastSeq = 0;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    const path = this.config.values.SANDBOX_LEDGER;
    if (path === undefined) return;
    const { file, known } = await LedgerFile.open(path);
    this.file = file;
    for (const entry of known) this.add(entry);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.file?.close();
  }

  /**
   * Writes how a call ended. A vendor answers only after this has resolved: then the entry is on disk, if there is a
   * file.
   */
  async record({ vendor, messageId, recipient, outcome, reply }: VendorCall): Promise<void> {
    const entry: LedgerEntry = {
      seq: this.lastSeq + 1,
      time: this.clock.now().toISOString(),
      vendor,
      message_id: messageId,
      recipient_hash: recipient === null ? null : hashRecipient(recipient),
      outcome,
      reply,
    };
    this.add(entry);
    await this.file?.append(entry);
  }

  /** At most `limit` entries after number `after`, oldest first. */
  list({ after, limit, messageId }: { after: number; limit: number; messageId?: string | undefined }): LedgerEntry[] {
    const found: LedgerEntry[] = [];
    const oldest = this.entries[0]?.seq ?? 1;
    for (let at = Math.max(0, after + 1 - oldest); at < this.entries.length && found.length < limit; at += 1) {
      const entry = this.entries[at];
      if (entry && (messageId === undefined || entry.message_id === messageId)) found.push(entry);
    }
    return found;
  }

  /** At most `limit` entries, newest first. */
  newest(limit: number, messageId?: string): LedgerEntry[] {
    const found: LedgerEntry[] = [];
    for (let at = this.entries.length - 1; at >= 0 && found.length < limit; at -= 1) {
      const entry = this.entries[at];
      if (entry && (messageId === undefined || entry.message_id === messageId)) found.push(entry);
    }
    return found;
  }

  private add(entry: LedgerEntry): void {
    this.lastSeq = entry.seq;
    this.counts.add(entry);
    this.entries.push(entry);
    // In large steps, because each moves the whole array.
    if (this.entries.length > MAX_ENTRIES) this.entries.splice(0, MAX_ENTRIES / 10);
  }
}

/** What stands for an address in the ledger. */
export function hashRecipient(address: string): string {
  return createHash('sha256').update(address.toLowerCase()).digest('hex');
}
