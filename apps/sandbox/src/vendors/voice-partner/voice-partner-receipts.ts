import { Injectable } from '@nestjs/common';
import type { ReceiptRequest, ReceiptWriter, Report } from '../../receipts/receipt-writer.js';
import type { Target } from '../../receipts/target.schema.js';

/** Voice Partner's notification: a GET of the message's `notifyUrl` with counts, unsigned. */
@Injectable()
export class VoicePartnerReceipts implements ReceiptWriter {
  readonly vendors = ['voice-partner'] as const;
  readonly kinds = ['delivered', 'failed'] as const;
  readonly options = [] as const;

  write({ kind, arrival }: Report, target: Target | undefined): ReceiptRequest | null {
    const to = arrival.callback?.url ?? target?.url;
    if (to === undefined || !URL.canParse(to)) return null;
    const url = new URL(to);
    const total = arrival.to.length;
    url.searchParams.set('campaign_token', arrival.tags?.['campaign_token'] ?? '');
    url.searchParams.set('campaign_id', arrival.providerMessageId ?? '');
    url.searchParams.set('delivered_quantity', String(kind === 'delivered' ? total : 0));
    url.searchParams.set('total_quantity', String(total));
    return { method: 'GET', url: url.href, headers: {} };
  }
}
