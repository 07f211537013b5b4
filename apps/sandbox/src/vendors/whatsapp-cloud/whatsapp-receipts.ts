import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Arrival } from '../../inbox/arrival.js';
import type { ReceiptRequest, ReceiptWriter, Report } from '../../receipts/receipt-writer.js';
import type { Target } from '../../receipts/target.schema.js';

const UNDELIVERABLE = { code: 131026, title: 'Message undeliverable', message: 'Message undeliverable' };
const HANDSHAKE_TIMEOUT_MS = 5_000;

/** WhatsApp's webhook, signed with the app's secret; with a `verify_token` it asks for the challenge first. */
@Injectable()
export class WhatsAppReceipts implements ReceiptWriter {
  readonly vendors = ['whatsapp-cloud'] as const;
  readonly kinds = ['sent', 'delivered', 'read', 'failed', 'stop'] as const;
  readonly options = ['secret', 'verify_token'] as const;

  complete(target: Target): Target {
    return { secret: randomBytes(16).toString('hex'), ...target };
  }

  async handshake({ url, verify_token: token }: Target): Promise<void> {
    if (url === undefined || token === undefined) return;
    const asked = new URL(url);
    const challenge = String(randomBytes(4).readUInt32BE());
    asked.searchParams.set('hub.mode', 'subscribe');
    asked.searchParams.set('hub.verify_token', token);
    asked.searchParams.set('hub.challenge', challenge);
    const answer = await fetch(asked, { redirect: 'manual', signal: AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS) });
    const text = await answer.text();
    if (!answer.ok || text !== challenge) throw new Error(`the challenge was answered with ${answer.status}`);
  }

  write(report: Report, target: Target | undefined): ReceiptRequest | null {
    if (target?.url === undefined || target.secret === undefined) return null;
    const { arrival } = report;
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550100', phone_number_id: arrival.from },
      ...(report.kind === 'stop' ? inbound(report) : { statuses: [status(report)] }),
    };
    const entry = [{ id: '100000000000000', changes: [{ value, field: 'messages' }] }];
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
    const signature = createHmac('sha256', target.secret).update(body).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'facebookexternalua',
      'x-hub-signature-256': `sha256=${signature}`,
    };
    return { method: 'POST', url: target.url, headers, body };
  }
}

function status({ kind, arrival, at }: Report): object {
  return {
    id: arrival.providerMessageId,
    status: kind,
    timestamp: secondsOf(at),
    recipient_id: numberOf(arrival),
    ...arrival.tags,
    ...(kind === 'failed' ? { errors: [{ ...UNDELIVERABLE, error_data: { details: UNDELIVERABLE.title } }] } : {}),
  };
}

function inbound({ arrival, eventId, at }: Report): object {
  const from = numberOf(arrival);
  const id = `wamid.${Buffer.from(eventId).toString('base64url')}`;
  return {
    contacts: [{ profile: { name: 'Sandbox' }, wa_id: from }],
    messages: [{ from, id, timestamp: secondsOf(at), type: 'text', text: { body: 'STOP' } }],
  };
}

function numberOf({ to }: Arrival): string {
  return (to[0] ?? '').replace(/\D/g, '');
}

function secondsOf(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}
