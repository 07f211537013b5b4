import type { Outcome } from '@outbell/shared/outcome.js';
import type { Evidence } from '../callback.js';
import { phoneSaid, smsMobileApiCallbacks } from './smsmobileapi.callbacks.js';
import { httpRequest, type HttpAnswer, jsonObject } from '../http/http-request.js';
import { type Failure, refused, unanswered, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { vendorUrl } from '../http/vendor-url.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingSms, Provider, ProviderOptions, Verification } from '../provider.js';
import { measureSms } from '../sms/sms-segments.js';
import { SmsMobileApiCredentials, SMSMOBILEAPI_URL } from './smsmobileapi.credentials.js';
import { isVendorId } from '../http/vendor-id.js';

/** A telephone sends one after the other. */
const CONCURRENCY = 20;

/**
 * SMSMobileAPI: SMS through an app on a telephone. Knows no idempotency key, and carries no id of ours: after a silence nobody can ask what
 * became of a message. What it took is asked for in its log by the id it gave. It has no SDK. Its log takes GET (`/log/sent/sms/?guid_message=`)
 * and POST; all goes by POST, so that the key stays out of logs.
 */
export class SmsMobileApiProvider implements Provider {
  static readonly providerName = 'smsmobileapi';
  static readonly channel = 'sms';
  static readonly Credentials = SmsMobileApiCredentials;
  static readonly callbacks = smsMobileApiCallbacks;

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
    const { segments } = measureSms(text);
    return this.inFlight.track(this.call('/sendsms/', form, (answer) => outcomeOf(answer, segments)));
  }

  /** Asks the log of what was sent, by the id it gave. Its documentation names no fields: these are the ones its users read. */
  async lookUp(providerMessageId: string): Promise<Evidence | null> {
    let evidence: Evidence | null = null;
    const form = { guid_message: providerMessageId };
    const read = (answer: HttpAnswer): Outcome => {
      evidence = evidenceOf(answer, providerMessageId);
      return { kind: 'sent' };
    };
    await this.inFlight.track(this.call('/log/sent/sms/', form, read));
    return evidence;
  }

  /** Asks for what was sent to nobody: the key is looked at, and nothing is sent. */
  async verify(): Promise<Verification> {
    const outcome = await this.call('/log/sent/sms/', {}, ({ status }) =>
      status === 200 ? { kind: 'sent' } : refusal(status),
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
    const request = { method: 'POST' as const, url: vendorUrl(baseUrl, path), headers, body };
    try {
      return read(await VendorCall.run(this.options.sendTimeoutMs, () => httpRequest(request, this.agents)));
    } catch (error) {
      if (error instanceof VendorCallFailure) return unanswered(error);
      throw error;
    }
  }
}

/** `{result: {error, sent, id}}`; `error` 0 or empty: the telephone's app has taken it. */
function outcomeOf({ status, headers, text }: HttpAnswer, segments: number): Outcome {
  if (status !== 200) return refusal(status, headers['retry-after']);
  const result = resultOf(text);
  if (!result) return unreadable(status);
  const { error } = result;
  if (isNone(error)) {
    const id = typeof result.id === 'number' ? String(result.id) : result.id;
    return isVendorId(id) ? { kind: 'sent', providerMessageId: id, detail: { segments } } : unreadable(status);
  }
  return unexplained(error);
}

function resultOf(text: string): Record<string, unknown> | undefined {
  const result = jsonObject(text)?.['result'];
  return typeof result === 'object' && result !== null ? (result as Record<string, unknown>) : undefined;
}

/** It answers 403 to a key that it does not know, or that is over. */
function refusal(status: number, retryAfter?: string): Failure {
  if (status === 403) return { kind: 'retry', reason: 'authentication_failed', detail: { status } };
  return refused({ status, retryAfter });
}

/** `{result: {sms: [{send_from_mobile, send_from_mobile_erreur, error_api}]}}`; null while the telephone has said nothing. */
function evidenceOf({ status, text }: HttpAnswer, providerMessageId: string): Evidence | null {
  const log = status === 200 ? resultOf(text)?.['sms'] : undefined;
  const entry = entryOf(providerMessageId, Array.isArray(log) ? log : []);
  if (!entry) return null;
  const { send_from_mobile: sent, send_from_mobile_erreur: phoneError, error_api: apiError } = entry;
  if (!isNone(phoneError) || !isNone(apiError)) return phoneSaid(providerMessageId, 'failed', null);
  return String(sent) === '1' ? phoneSaid(providerMessageId, 'sent', null) : null;
}

/** Who has not asked for one gets several. The only one that it gives to who asked for one is that one, whether it repeats the id or not. */
function entryOf(guid: string, log: readonly unknown[]): LogEntry | undefined {
  const entries = log.filter((entry): entry is LogEntry => typeof entry === 'object' && entry !== null);
  const only = entries.length === 1 && entries[0]?.guid === undefined ? entries[0] : undefined;
  return entries.find((entry) => entry.guid === guid) ?? only;
}

interface LogEntry {
  guid?: unknown;
  send_from_mobile?: unknown;
  send_from_mobile_erreur?: unknown;
  error_api?: unknown;
}

function isNone(error: unknown): boolean {
  return error === 0 || error === '0' || error === '' || error === null || error === undefined;
}

/** Its other errors are not documented: only the number is kept, for a text could name the recipient. */
function unexplained(error: unknown): Failure {
  const code = /^\d{1,6}$/.test(String(error)) ? String(error) : 'other';
  return { kind: 'rejected', reason: 'refused', detail: { code } };
}
