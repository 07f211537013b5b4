import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { NotFoundError } from '@outbell/shared/errors.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseInput } from '../http/parse-input.js';
import { Inbox } from '../inbox/inbox.service.js';
import { ReceiptSender } from '../receipts/receipt-sender.service.js';
import { ReceiptTargets } from '../receipts/receipt-targets.service.js';
import { RECEIPT_KINDS } from '../receipts/receipt-writer.js';
import { sendPage } from './send-page.js';
import { vendorsPage } from './vendors.page.js';

const reportForm = z.object({ kind: z.enum(RECEIPT_KINDS) });

/** The vendors for people: where they are, and reports at the push of a button. */
@Controller()
export class VendorsPageController {
  constructor(
    private readonly targets: ReceiptTargets,
    private readonly sender: ReceiptSender,
    private readonly inbox: Inbox,
  ) {}

  @Get('vendors')
  async show(@Req() { protocol, host }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, vendorsPage(`${protocol}://${host}`, this.targets.list()));
  }

  @Post('messages/:id/receipts')
  async report(@Param('id') id: string, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { kind } = parseInput(reportForm, body);
    const arrival = this.inbox.find(id);
    if (!arrival) throw new NotFoundError('message', id);
    await this.sender.send(arrival, kind);
    await reply.redirect(`/messages/${id}`, 303);
  }
}
