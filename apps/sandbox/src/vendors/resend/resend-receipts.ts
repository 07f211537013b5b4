import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ReceiptKind, ReceiptRequest, ReceiptWriter, Report } from '../../receipts/receipt-writer.js';
import type { Target } from '../../receipts/target.schema.js';

/** By what is reported: the type of the event, and what it adds to its data. */
const EVENTS: Partial<Record<ReceiptKind, [type: string, data: object]>> = {
  sent: ['email.sent', {}],
  deferred: ['email.delivery_delayed', {}],
  delivered: ['email.delivered', {}],
  opened: ['email.opened', { open: { ipAddress: '192.0.2.1', userAgent: 'Mozilla/5.0' } }],
  clicked: ['email.clicked', { click: { ipAddress: '192.0.2.1', link: 'https://example.org/' } }],
  bounced: ['email.bounced', bounce('Permanent', 'General', '550 5.1.1 user unknown')],
  soft_bounced: ['email.bounced', bounce('Transient', 'MailboxFull', '552 5.2.2 mailbox full')],
  complained: ['email.complained', {}],
  failed: ['email.failed', { failed: { reason: 'reached_daily_quota' } }],
};

/** Resend's webhooks, signed as Svix does (`whsec_…`). */
@Injectable()
export class ResendReceipts implements ReceiptWriter {
  readonly vendors = ['resend'] as const;
  readonly kinds = Object.keys(EVENTS) as ReceiptKind[];
  readonly options = ['secret'] as const;

  complete(target: Target): Target {
    return { secret: `whsec_${randomBytes(24).toString('base64')}`, ...target };
  }

  write({ kind, arrival, eventId, at }: Report, target: Target | undefined): ReceiptRequest | null {
    const event = EVENTS[kind];
    if (target?.url === undefined || target.secret === undefined || !event) return null;
    const [type, more] = event;
    const { providerMessageId: email_id, receivedAt, from, to, content, tags } = arrival;
    const data = { email_id, created_at: receivedAt.toISOString(), from, to, subject: content?.subject, tags, ...more };
    const body = JSON.stringify({ type, created_at: at.toISOString(), data });
    const [id, timestamp] = [`msg_${eventId}`, String(Math.floor(at.getTime() / 1000))];
    const key = Buffer.from(target.secret.replace(/^whsec_/, ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Svix-Webhooks/1.24.0',
      'svix-id': id,
      'svix-timestamp': timestamp,
      'svix-signature': `v1,${signature}`,
    };
    return { method: 'POST', url: target.url, headers, body };
  }
}

function bounce(type: string, subType: string, message: string): object {
  return { bounce: { type, subType, message, diagnosticCode: [`smtp; ${message}`] } };
}
