import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Arrival } from '../../inbox/arrival.js';
import type { ReceiptKind, ReceiptRequest, ReceiptWriter, Report } from '../../receipts/receipt-writer.js';
import type { Target } from '../../receipts/target.schema.js';

const TYPES: Partial<Record<ReceiptKind, string>> = { sent: 'sms.sent', failed: 'sms.failed', stop: 'sms.received' };

/** SMSMobileAPI's webhook V2. What `sms.sent` and `sms.failed` hold beside the guid is not documented. */
@Injectable()
export class SmsMobileApiReceipts implements ReceiptWriter {
  readonly vendors = ['smsmobileapi'] as const;
  readonly kinds = Object.keys(TYPES) as ReceiptKind[];
  readonly options = ['secret'] as const;

  complete(target: Target): Target {
    return { secret: randomBytes(24).toString('hex'), ...target };
  }

  write({ kind, arrival, eventId, at }: Report, target: Target | undefined): ReceiptRequest | null {
    const type = TYPES[kind];
    if (target?.url === undefined || target.secret === undefined || type === undefined) return null;
    const id = uuidOf(eventId);
    const time = at.toISOString();
    const data = kind === 'stop' ? received(arrival, id, time) : { guid: arrival.providerMessageId, to: arrival.to[0] };
    const body = JSON.stringify({ id, type, api_version: '2026-09-22', created_at: time, occurred_at: time, data });
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    const signature = createHmac('sha256', target.secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': id,
      'x-smsmobileapi-event': type,
      'x-smsmobileapi-event-id': id,
      'x-smsmobileapi-timestamp': timestamp,
      'x-smsmobileapi-signature': `v1=${signature}`,
    };
    return { method: 'POST', url: target.url, headers, body };
  }
}

function received({ from, to }: Arrival, guid: string, time: string): object {
  return { guid, from: to[0], message: 'STOP', received_at: time, alias: '', device_id: from };
}

/** The same for the same event. */
function uuidOf(eventId: string): string {
  const hex = createHash('md5').update(eventId).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
