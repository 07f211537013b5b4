import { Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Faults } from '../faults/faults.service.js';
import { parseInput } from '../http/parse-input.js';
import { Ledger } from '../ledger/ledger.service.js';
import { faultsPage } from './faults.page.js';
import { ledgerPage } from './ledger.page.js';
import { sendPage } from './send-page.js';

/** Entries on the page. */
const SHOWN = 200;

const ledgerQuery = z.object({ messageId: z.string().trim().default('') });

/** Faults and ledger for people. */
@Controller()
export class FiguresPageController {
  constructor(
    private readonly faults: Faults,
    private readonly ledger: Ledger,
  ) {}

  @Get('faults')
  async showFaults(@Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, faultsPage(this.faults.list()));
  }

  @Post('faults/clear')
  async clearFaults(@Res() reply: FastifyReply): Promise<void> {
    this.faults.replace([]);
    await reply.redirect('/faults', 303);
  }

  @Get('ledger')
  async showLedger(@Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { messageId } = parseInput(ledgerQuery, query);
    const entries = this.ledger.newest(SHOWN, messageId || undefined);
    await sendPage(reply, ledgerPage({ summary: this.ledger.counts.summary(), entries, messageId }));
  }
}
