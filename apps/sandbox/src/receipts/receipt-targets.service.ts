import { Inject, Injectable } from '@nestjs/common';
import { InputError, NotFoundError } from '@outbell/shared/errors.js';
import { RECEIPT_WRITERS, type ReceiptWriter } from './receipt-writer.js';
import type { Target } from './target.schema.js';

/** A vendor's reports as they are shown. */
export interface ReceiptSetting extends Partial<Target> {
  vendor: string;
  kinds: readonly string[];
}

const ALWAYS: readonly string[] = ['url', 'delay_ms', 'retry_ms'];

/** Where the vendors report to, as it was told at run time. */
@Injectable()
export class ReceiptTargets {
  private readonly targets = new Map<string, Target>();

  constructor(@Inject(RECEIPT_WRITERS) private readonly writers: readonly ReceiptWriter[]) {}

  list(): ReceiptSetting[] {
    return this.writers.flatMap(({ vendors }) => vendors.map((vendor) => this.show(vendor)));
  }

  show(vendor: string): ReceiptSetting {
    const writer = this.known(vendor);
    return { vendor, kinds: writer.kinds, ...this.targets.get(vendor), ...writer.reveal?.() };
  }

  /**
   * @throws {NotFoundError} for a vendor that reports nothing
   * @throws {InputError} when something does not belong to this vendor, or the handshake fails
   */
  async set(vendor: string, given: Target): Promise<void> {
    const writer = this.known(vendor);
    const strange = Object.keys(given).find((key) => ![...ALWAYS, ...writer.options].includes(key));
    if (strange !== undefined) throw InputError.forField(strange, `is nothing that ${vendor} knows`);
    const target = writer.complete?.(given) ?? given;
    try {
      await writer.handshake?.(target);
    } catch (error) {
      throw InputError.forField('url', `does not answer as ${vendor} asks: ${(error as Error).message}`, 422);
    }
    this.targets.set(vendor, target);
  }

  remove(vendor: string): void {
    this.known(vendor);
    this.targets.delete(vendor);
  }

  of(vendor: string): Target | undefined {
    return this.targets.get(vendor);
  }

  /** undefined: this vendor reports nothing. */
  writerOf(vendor: string): ReceiptWriter | undefined {
    return this.writers.find(({ vendors }) => (vendors as readonly string[]).includes(vendor));
  }

  private known(vendor: string): ReceiptWriter {
    const writer = this.writerOf(vendor);
    if (!writer) throw new NotFoundError('vendor with receipts', vendor);
    return writer;
  }
}
