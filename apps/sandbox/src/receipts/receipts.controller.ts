import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { NotFoundError } from '@outbell/shared/errors.js';
import { z } from 'zod';
import { parseInput } from '../http/parse-input.js';
import type { SentReceipt } from '../inbox/arrival.js';
import { Inbox } from '../inbox/inbox.service.js';
import { ReceiptSender } from './receipt-sender.service.js';
import { type ReceiptSetting, ReceiptTargets } from './receipt-targets.service.js';
import { RECEIPT_KINDS } from './receipt-writer.js';
import { targetSchema } from './target.schema.js';

const reportSchema = z.strictObject({ kind: z.enum(RECEIPT_KINDS) });

/** Tells the vendors where to report, and has them report. */
@Controller('api')
export class ReceiptsController {
  constructor(
    private readonly targets: ReceiptTargets,
    private readonly sender: ReceiptSender,
    private readonly inbox: Inbox,
  ) {}

  @Get('receipts')
  list(): { data: ReceiptSetting[] } {
    return { data: this.targets.list() };
  }

  @Get('receipts/:vendor')
  show(@Param('vendor') vendor: string): ReceiptSetting {
    return this.targets.show(vendor);
  }

  @Put('receipts/:vendor')
  async set(@Param('vendor') vendor: string, @Body() body: unknown): Promise<ReceiptSetting> {
    await this.targets.set(vendor, parseInput(targetSchema, body));
    return this.targets.show(vendor);
  }

  @Delete('receipts/:vendor')
  @HttpCode(204)
  remove(@Param('vendor') vendor: string): void {
    this.targets.remove(vendor);
  }

  /** Has the vendor report this now; answers when the receiver has. */
  @Post('messages/:id/receipts')
  async send(@Param('id') id: string, @Body() body: unknown): Promise<SentReceipt> {
    const { kind } = parseInput(reportSchema, body);
    const arrival = this.inbox.find(id);
    if (!arrival) throw new NotFoundError('message', id);
    return this.sender.send(arrival, kind);
  }
}
