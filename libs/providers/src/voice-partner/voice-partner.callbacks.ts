import { type CallbackReader, type CallbackRequest, type DeliveryEvent, UnreadableCallbackError } from '../callback.js';
import { factId, messageIdOf, vendorIdOf } from '../callbacks/event-fields.js';

/**
 * Voice Partner's notification: a GET with counts in its URL, unsigned. A campaign of ours calls one number, so the
 * counts are about one message.
 */
export const voicePartnerCallbacks: CallbackReader = {
  signed: false,

  verify: async () => true,

  read({ url: { searchParams: query } }: CallbackRequest): DeliveryEvent[] {
    const [campaign, delivered, total] = ['campaign_id', 'delivered_quantity', 'total_quantity'].map(
      (name) => query.get(name) ?? '',
    ) as [string, string, string];
    if (vendorIdOf(campaign) === undefined || !/^\d{1,9}$/.test(delivered)) {
      throw new UnreadableCallbackError('campaign_id or delivered_quantity is missing');
    }
    return [
      {
        channel: 'voice',
        eventId: factId(campaign, delivered, total),
        at: null,
        messageId: messageIdOf(query.get('m')),
        providerMessageId: campaign,
        ...(Number(delivered) >= 1 ? { kind: 'delivered' } : { kind: 'failed', reason: 'undelivered' }),
      },
    ];
  },
};
