import type { Outcome } from '@outbell/shared/outcome.js';
import { httpProvider } from '../http/http-provider.js';
import { type HttpAnswer, requesterAt, type Requester } from '../http/http-request.js';
import { taken, unreadable } from '../http/http-verdict.js';
import { callbackUrlOf } from '../http/vendor-url.js';
import { jsonFields, textOf } from '../json.js';
import type { OutgoingVoice } from '../provider.js';
import { voicePartnerCallbacks } from './voice-partner.callbacks.js';
import { VOICE_PARTNER_URL, VoicePartnerCredentials } from './voice-partner.credentials.js';
import { provesVoicePartnerKey, refusedByVoicePartner } from './voice-partner.errors.js';

/** No campaign has it. */
const NO_CAMPAIGN = '0';

/**
 * Recordings into voice mailboxes through Voice Partner. It knows no idempotency key, and reports by campaign: a
 * campaign of one number for each message, so that what it reports is of this message.
 */
export const VoicePartnerProvider = httpProvider<VoicePartnerCredentials, OutgoingVoice, Requester>({
  providerName: 'voice-partner',
  channel: 'voice',
  Credentials: VoicePartnerCredentials,
  example: {
    summary: 'Voice Partner',
    credentials: { api_key: 'c0ffee', email_for_notification: 'voice@example.com' },
  },
  settings: { needs: { api_key: 'VOICE_PARTNER_API_KEY', email_for_notification: 'VOICE_PARTNER_EMAIL' } },
  callbacks: voicePartnerCallbacks,
  rateLimits: '5/min',
  // As many as it takes in a minute.
  concurrency: 5,
  open: ({ credentials, agents }) => requesterAt(credentials.base_url ?? VOICE_PARTNER_URL, agents),

  async send(request, { messageId, from, to, audio }, { credentials, options: { callbackUrl } }) {
    const body = JSON.stringify({
      apiKey: credentials.api_key,
      tokenAudio: audio,
      emailForNotification: credentials.email_for_notification,
      // International numbers are taken as they are.
      phoneNumbers: to,
      // Whom the recipient may call back: a number that the account has confirmed.
      sender: from,
      ...(callbackUrl !== undefined && { notifyUrl: callbackUrlOf(callbackUrl, messageId) }),
    });
    const headers = { 'content-type': 'application/json' };
    return outcomeOf(await request('/v1/campaign/send', { method: 'POST', headers, body }));
  },

  /** Cancels a campaign that there is not: the key is looked at, and nothing is sent. */
  async verify(request, { credentials: { api_key: key } }) {
    const path = `/v1/campaign/cancel/${encodeURIComponent(key)}/${NO_CAMPAIGN}`;
    const answer = await request(path, { method: 'DELETE' });
    return provesVoicePartnerKey(answer) ? { ok: true } : (refusedByVoicePartner(answer) ?? unreadable(answer.status));
  },
});

/** Reads `{success: true, campaignId}` or `{success: false, code, message}`. */
function outcomeOf(answer: HttpAnswer): Outcome {
  const { success, campaignId } = jsonFields(answer.text);
  return refusedByVoicePartner(answer) ?? taken(success === true ? textOf(campaignId) : undefined, answer.status);
}
