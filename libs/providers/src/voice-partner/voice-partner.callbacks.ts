import { type CallbackReader, UnreadableCallbackError } from '../callback.js';
import { factId, messageIdOf, vendorIdOf } from '../callbacks/event-fields.js';

/**
 * Voice Partner's notification: a GET with counts in its URL, unsigned. A campaign of ours calls one number, so the
 * counts are about one message.
 */
export const voicePartnerCallbacks: CallbackReader = {
  signed: false,

  verify: async () => true,

  read({ url: { searchParams: query } }) {
    const campaign = vendorIdOf(query.get('campaign_id'));
    const delivered = query.get('delivered_quantity') ?? '';
    if (campaign === undefined || !/^\d{1,9}$/.test(delivered)) {
      throw new UnreadableCallbackError('campaign_id or delivered_quantity is missing');
    }
    return [
      {
        channel: 'voice',
        eventId: factId(campaign, delivered, query.get('total_quantity') ?? ''),
        at: null,
        messageId: messageIdOf(query.get('m')),
        providerMessageId: campaign,
        ...(Number(delivered) >= 1 ? { kind: 'delivered' } : { kind: 'failed', reason: 'undelivered' }),
      },
    ];
  },
};
