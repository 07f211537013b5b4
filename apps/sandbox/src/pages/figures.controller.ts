import { Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Faults } from '../faults/faults.service.js';
import { parseInput } from '../http/parse-input.js';
import { Ledger } from '../ledger/ledger.service.js';
import { COMMON_HEADERS, PAGE_POLICY } from './content-security.js';
import { faultsPage } from './faults.page.js';
import { ledgerPage } from './ledger.page.js';

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
    await send(reply, faultsPage(this.faults.list()));
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
    await send(reply, ledgerPage({ summary: this.ledger.counts.summary(), entries, messageId }));
  }
}

async function send(reply: FastifyReply, page: string): Promise<void> {
  await reply
    .headers({ ...COMMON_HEADERS, 'content-security-policy': PAGE_POLICY })
    .type('text/html; charset=utf-8')
    .send(page);
}
