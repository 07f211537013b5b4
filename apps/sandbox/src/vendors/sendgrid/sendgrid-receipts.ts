import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ReceiptKind, ReceiptRequest, ReceiptWriter, Report } from '../../receipts/receipt-writer.js';
import type { Target } from '../../receipts/target.schema.js';

/** By what is reported: the event, and what comes with it. */
const EVENTS: Partial<Record<ReceiptKind, { event: string } & Record<string, string>>> = {
  sent: { event: 'processed' },
  deferred: { event: 'deferred', response: '451 4.4.1 try again later', attempt: '1' },
  delivered: { event: 'delivered', response: '250 2.0.0 OK' },
  opened: { event: 'open', useragent: 'Mozilla/5.0', ip: '192.0.2.1' },
  clicked: { event: 'click', url: 'https://example.org/', useragent: 'Mozilla/5.0', ip: '192.0.2.1' },
  bounced: { event: 'bounce', type: 'bounce', status: '5.1.1', reason: '550 5.1.1 user unknown' },
  soft_bounced: { event: 'bounce', type: 'blocked', status: '4.2.2', reason: '452 4.2.2 mailbox full' },
  failed: { event: 'dropped', reason: 'Bounced Address', status: '5.0.0' },
  complained: { event: 'spamreport' },
  unsubscribed: { event: 'unsubscribe' },
};

/** SendGrid's event webhook, signed with a key pair of the sandbox's own (ECDSA P-256 over timestamp and body). */
@Injectable()
export class SendGridReceipts implements ReceiptWriter {
  readonly vendors = ['sendgrid'] as const;
  readonly kinds = Object.keys(EVENTS) as ReceiptKind[];
  readonly options = [] as const;
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  reveal(): Record<string, string> {
    return { public_key: this.keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
  }

  write({ kind, arrival, eventId, at }: Report, target: Target | undefined): ReceiptRequest | null {
    const event = EVENTS[kind];
    if (target?.url === undefined || !event) return null;
    const timestamp = Math.floor(at.getTime() / 1000);
    const events = arrival.to.map((email) => ({
      email,
      timestamp,
      'smtp-id': `<${arrival.providerMessageId ?? ''}@geopod-ismtpd-1>`,
      ...event,
      sg_event_id: createHash('sha256').update(`${eventId} ${email}`).digest('base64url').slice(0, 32),
      sg_message_id: `${arrival.providerMessageId ?? ''}.recvd-5d8c-1-0.0`,
      ...arrival.tags,
    }));
    const body = JSON.stringify(events);
    const headers = {
      'content-type': 'application/json;charset=utf-8',
      'user-agent': 'SendGrid Event API',
      'x-twilio-email-event-webhook-timestamp': String(timestamp),
      'x-twilio-email-event-webhook-signature': sign(
        'sha256',
        Buffer.from(`${timestamp}${body}`),
        this.keys.privateKey,
      ).toString('base64'),
    };
    return { method: 'POST', url: target.url, headers, body };
  }
}
