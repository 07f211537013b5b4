import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { NotFoundError } from '@outbell/shared/errors.js';
import { z } from 'zod';
import { parseInput } from '../http/parse-input.js';
import type { Arrival, SentReceipt } from './arrival.js';
import { Inbox } from './inbox.service.js';
import { contentOf, type MessageContent, type MessageSummary, summaryOf } from './message-content.js';

const querySchema = z.strictObject({
  to: z.string().optional(),
  messageId: z.string().optional(),
  channel: z.enum(CHANNELS).optional(),
  vendor: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
});

/** An arrival in JSON. */
interface ArrivalBody {
  id: string;
  vendor: string;
  channel: string;
  message_id: string | null;
  provider_message_id: string | null;
  received_at: string;
  size: number;
  envelope: { from: string; to: string[] };
  receipts: SentReceipt[];
}

/** The inbox for tests. */
@Controller('api/messages')
export class InboxController {
  constructor(private readonly inbox: Inbox) {}

  /** Newest first. */
  @Get()
  async list(
    @Query() query: unknown,
  ): Promise<{ data: (ArrivalBody & MessageSummary)[]; next_cursor: string | null; total: number }> {
    const { cursor, limit, ...filter } = parseInput(querySchema, query);
    const arrivals = this.inbox.list({ ...filter, before: cursor, limit: limit + 1 });
    const page = arrivals.slice(0, limit);
    const data = await Promise.all(
      page.map(async (arrival) => ({ ...bodyOf(arrival), ...(await summaryOf(arrival)) })),
    );
    return {
      data,
      next_cursor: arrivals.length > limit ? (page.at(-1)?.id ?? null) : null,
      total: this.inbox.size,
    };
  }

  @Get(':id')
  async show(@Param('id') id: string): Promise<ArrivalBody & MessageContent> {
    const arrival = this.inbox.find(id);
    if (!arrival) throw new NotFoundError('message', id);
    return { ...bodyOf(arrival), ...(await contentOf(arrival)) };
  }

  @Delete()
  @HttpCode(204)
  clear(): void {
    this.inbox.clear();
  }
}

function bodyOf({ messageId, providerMessageId, receivedAt, from, to, raw, ...arrival }: Arrival): ArrivalBody {
  const { id, vendor, channel, receipts } = arrival;
  return {
    id,
    vendor,
    channel,
    message_id: messageId,
    provider_message_id: providerMessageId,
    received_at: receivedAt.toISOString(),
    size: raw.length,
    envelope: { from, to },
    receipts,
  };
}
