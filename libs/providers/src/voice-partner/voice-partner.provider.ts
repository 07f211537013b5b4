import type { Outcome } from '@outbell/shared/outcome.js';
import { voicePartnerCallbacks } from './voice-partner.callbacks.js';
import { type HttpAnswer, httpRequest, type HttpRequest, jsonObject } from '../http/http-request.js';
import { type Failure, refused, unanswered, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { callbackUrlOf, vendorUrl } from '../http/vendor-url.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingVoice, Provider, ProviderOptions, Verification } from '../provider.js';
import { VOICE_PARTNER_URL, VoicePartnerCredentials } from './voice-partner.credentials.js';
import { isVendorId } from '../http/vendor-id.js';

/** As many as it takes in a minute. */
const CONCURRENCY = 5;

/** Its code for a key that it does not know. */
const BAD_KEY = '10';

/** No campaign has it. */
const NO_CAMPAIGN = '0';

/**
 * Recordings into voice mailboxes through Voice Partner. It knows no idempotency key, and reports by campaign: a campaign of one number for
 * each message, so that what it reports is of this message.
 */
export class VoicePartnerProvider implements Provider {
  static readonly providerName = 'voice-partner';
  static readonly channel = 'voice';
  static readonly Credentials = VoicePartnerCredentials;
  static readonly callbacks = voicePartnerCallbacks;
  static readonly rateLimits = '5/min';

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly agents;
  private readonly inFlight = new InFlight();

  constructor(
    private readonly credentials: VoicePartnerCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
  }

  send({ messageId, from, to, audio }: OutgoingVoice): Promise<Outcome> {
    const { api_key: apiKey, email_for_notification: email } = this.credentials;
    const { callbackUrl } = this.options;
    const body = JSON.stringify({
      apiKey,
      tokenAudio: audio,
      emailForNotification: email,
      // International numbers are taken as they are.
      phoneNumbers: to,
      // Whom the recipient may call back: a number that the account has confirmed.
      sender: from,
      ...(callbackUrl !== undefined && { notifyUrl: callbackUrlOf(callbackUrl, messageId) }),
    });
    const headers = { 'content-type': 'application/json' };
    return this.inFlight.track(this.call('/v1/campaign/send', { method: 'POST', headers, body }, outcomeOf));
  }

  /** Cancels a campaign that there is not: the key is looked at, and nothing is sent. */
  async verify(): Promise<Verification> {
    const path = `/v1/campaign/cancel/${encodeURIComponent(this.credentials.api_key)}/${NO_CAMPAIGN}`;
    const outcome = await this.call(path, { method: 'DELETE' }, keyOutcome);
    return outcome.kind === 'sent' ? { ok: true } : { ok: false, reason: outcome.reason };
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(
    path: string,
    request: Omit<HttpRequest, 'url'>,
    read: (answer: HttpAnswer) => Outcome,
  ): Promise<Outcome> {
    const url = vendorUrl(this.credentials.base_url ?? VOICE_PARTNER_URL, path);
    try {
      const work = () => httpRequest({ ...request, url }, this.agents);
      return read(await VendorCall.run(this.options.sendTimeoutMs, work));
    } catch (error) {
      if (error instanceof VendorCallFailure) return unanswered(error);
      throw error;
    }
  }
}

/** `{success: true, campaignId}` or `{success: false, code, message}` */
function outcomeOf(answer: HttpAnswer): Outcome {
  const { status, text } = answer;
  const { success, code, campaignId } = jsonObject(text) ?? {};
  if (String(code) === BAD_KEY || status >= 300) return refusal(answer, code);
  if (success === false) return { kind: 'rejected', reason: 'refused', detail: { status, code: shown(code) } };
  const id = typeof campaignId === 'number' ? String(campaignId) : campaignId;
  return success === true && isVendorId(id) ? { kind: 'sent', providerMessageId: id } : unreadable(status);
}

/** Any answer but to the key says that the key is good: there is nothing to cancel. */
function keyOutcome(answer: HttpAnswer): Outcome {
  const { success, code } = jsonObject(answer.text) ?? {};
  const isOfTheCampaign = answer.status < 300 || answer.status === 400 || answer.status === 404;
  return isOfTheCampaign && typeof success === 'boolean' && String(code) !== BAD_KEY
    ? { kind: 'sent' }
    : refusal(answer, code);
}

function refusal({ status, headers }: HttpAnswer, code: unknown): Failure {
  if (String(code) === BAD_KEY) {
    return { kind: 'retry', reason: 'authentication_failed', detail: { status, code: BAD_KEY } };
  }
  return refused({ status, retryAfter: headers['retry-after'], ...(code !== undefined && { code: shown(code) }) });
}

/** Its other codes are not documented: only a number is kept, for a text could name the recipient. */
function shown(code: unknown): string {
  return /^\d{1,6}$/.test(String(code)) ? String(code) : 'other';
}
