import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { parseInput } from '../http/parse-input.js';
import type { LedgerSummary } from './ledger-counts.js';
import type { LedgerEntry } from './ledger-entry.js';
import { Ledger } from './ledger.service.js';

const querySchema = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100_000).default(1_000),
  messageId: z.string().optional(),
});

/** Read by tests; nothing can change it. */
@Controller('api/ledger')
export class LedgerController {
  constructor(private readonly ledger: Ledger) {}

  /**
   * Entries in the order in which the calls ended. `next_after` is null at the end, else the `after` of the next page.
   */
  @Get()
  list(@Query() query: unknown): { data: LedgerEntry[]; next_after: number | null } {
    const page = parseInput(querySchema, query);
    const data = this.ledger.list({ ...page, limit: page.limit + 1 });
    const more = data.length > page.limit;
    if (more) data.pop();
    return { data, next_after: more ? (data.at(-1)?.seq ?? null) : null };
  }

  @Get('summary')
  summary(): LedgerSummary {
    return this.ledger.counts.summary();
  }
}
