import { Controller, Get, type MessageEvent, Param, Post, Query, Res, Sse } from '@nestjs/common';
import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { NotFoundError } from '@outbell/shared/errors.js';
import type { FastifyReply } from 'fastify';
import { map, type Observable, throttleTime } from 'rxjs';
import { z } from 'zod';
import { Faults } from '../faults/faults.service.js';
import { parseInput } from '../http/parse-input.js';
import type { Arrival } from '../inbox/arrival.js';
import { Inbox } from '../inbox/inbox.service.js';
import { contentOf } from '../inbox/message-content.js';
import { titleOf } from '../inbox/subject.js';
import { Ledger } from '../ledger/ledger.service.js';
import { ReceiptTargets } from '../receipts/receipt-targets.service.js';
import { MAIL_POLICY } from './content-security.js';
import { inboxPage } from './inbox.page.js';
import { messagePage, VIEWS } from './message.page.js';
import { sendPage } from './send-page.js';

const PAGE_SIZE = 50;

/** An open page is told of news at most this often, in ms. */
const NEWS_INTERVAL_MS = 1_000;

const inboxQuery = z.object({
  q: z.string().default(''),
  channel: z.enum(CHANNELS).optional(),
  before: z.string().optional(),
});
const messageQuery = z.object({ view: z.enum(VIEWS).optional() });

@Controller()
export class PagesController {
  constructor(
    private readonly inbox: Inbox,
    private readonly ledger: Ledger,
    private readonly faults: Faults,
    private readonly targets: ReceiptTargets,
  ) {}

  @Get()
  async showInbox(@Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { q: search, channel, before } = parseInput(inboxQuery, query);
    const found = this.inbox.list({ search: search.trim() || undefined, channel, before, limit: PAGE_SIZE + 1 });
    const page = found.slice(0, PAGE_SIZE);
    const view = {
      rows: page.map((arrival) => ({ arrival, title: titleOf(arrival) })),
      search,
      channel,
      older: found.length > PAGE_SIZE ? (page.at(-1)?.id ?? null) : null,
      newest: before === undefined,
      total: this.inbox.size,
      counts: this.ledger.counts,
      faults: this.faults.list(),
    };
    await sendPage(reply, inboxPage(view));
  }

  @Get('messages/:id')
  async showMessage(@Param('id') id: string, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const arrival = this.find(id);
    const content = await contentOf(arrival);
    const first = arrival.channel !== 'email' ? 'preview' : content.html === null ? 'text' : 'html';
    const { view = first } = parseInput(messageQuery, query);
    const reports = this.targets.writerOf(arrival.vendor)?.kinds ?? [];
    await sendPage(reply, messagePage({ arrival, mail: content, view, reports }));
  }

  /** The mail's own HTML, for the frame. */
  @Get('messages/:id/html')
  async showHtml(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { html } = await contentOf(this.find(id));
    if (html === null) throw new NotFoundError('html of message', id);
    await sendPage(reply, openLinksOutside(html), MAIL_POLICY);
  }

  @Post('clear')
  async clear(@Res() reply: FastifyReply): Promise<void> {
    this.inbox.clear();
    await reply.redirect('/', 303);
  }

  /** Tells an open inbox page that there is something new. */
  @Sse('events')
  news(): Observable<MessageEvent> {
    return this.inbox.changes.pipe(
      throttleTime(NEWS_INTERVAL_MS, undefined, { leading: true, trailing: true }),
      map(() => ({ data: 'changed' })),
    );
  }

  private find(id: string): Arrival {
    const arrival = this.inbox.find(id);
    if (!arrival) throw new NotFoundError('message', id);
    return arrival;
  }
}

/** A link followed inside the frame would show its page there, without scripts. */
function openLinksOutside(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : html + base;
}
