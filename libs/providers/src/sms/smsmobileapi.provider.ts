import type { Outcome } from '@outbell/shared/outcome.js';
import { httpRequest, type HttpAnswer, jsonObject } from '../http/http-request.js';
import { type Failure, refused, unanswered, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingSms, Provider, ProviderOptions, Verification } from '../provider.js';
import { SmsMobileApiCredentials, SMSMOBILEAPI_URL } from './smsmobileapi-credentials.dto.js';

/** A telephone sends one after the other. */
const CONCURRENCY = 20;

/**
 * SMSMobileAPI: SMS through an app on a telephone. Knows no idempotency key; what a silence meant is looked up later by the id it gave
 * (`GET /log/sent/sms/?guid_message=`). Its SDK is its documentation: one POST, so that the key stays out of logs.
 */
export class SmsMobileApiProvider implements Provider {
  static readonly providerName = 'smsmobileapi';
  static readonly channel = 'sms';
  static readonly Credentials = SmsMobileApiCredentials;

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly agents;
  private readonly inFlight = new InFlight();

  constructor(
    private readonly credentials: SmsMobileApiCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
  }

  send({ to, text }: OutgoingSms): Promise<Outcome> {
    const { device } = this.credentials;
    const form = { recipients: to, message: text, ...(device !== undefined && { sIdentifiant: device }) };
    return this.inFlight.track(this.call('/sendsms/', form, outcomeOf));
  }

  /** Asks for what was sent to nobody: the key is looked at, and nothing is sent. */
  async verify(): Promise<Verification> {
    const outcome = await this.call('/log/sent/sms/', {}, ({ status }) =>
      status === 200 ? { kind: 'sent' } : refused({ status }),
    );
    return outcome.kind === 'sent' ? { ok: true } : { ok: false, reason: outcome.reason };
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(
    path: string,
    form: Record<string, string>,
    read: (answer: HttpAnswer) => Outcome,
  ): Promise<Outcome> {
    const { api_key: apikey, base_url: baseUrl = SMSMOBILEAPI_URL } = this.credentials;
    const body = new URLSearchParams({ apikey, ...form }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST' as const, url: new URL(path, baseUrl), headers, body };
    try {
      return read(await VendorCall.run(this.options.sendTimeoutMs, () => httpRequest(request, this.agents)));
    } catch (error) {
      if (error instanceof VendorCallFailure) return unanswered(error);
      throw error;
    }
  }
}

/** `{result: {error, sent, id}}`; `error` 0 or empty: the telephone's app has taken it. */
function outcomeOf({ status, headers, text }: HttpAnswer): Outcome {
  if (status !== 200) return refused({ status, retryAfter: headers['retry-after'] });
  const result = jsonObject(text)?.['result'];
  if (typeof result !== 'object' || result === null) return unreadable(status);
  const { error, id } = result as { error?: unknown; id?: unknown };
  if (isNone(error)) {
    return typeof id === 'string' || typeof id === 'number'
      ? { kind: 'sent', providerMessageId: String(id) }
      : unreadable(status);
  }
  return refusal(error);
}

function isNone(error: unknown): boolean {
  return error === 0 || error === '0' || error === '' || error === null || error === undefined;
}

/** Its other errors are not documented: only the number is kept, for a text could name the recipient. */
function refusal(error: unknown): Failure {
  const code = /^\d{1,6}$/.test(String(error)) ? String(error) : 'other';
  return { kind: 'rejected', reason: 'refused', detail: { code } };
}
