import type { Outcome } from '@outbell/shared/outcome.js';
import type twilio from 'twilio';
import type { Twilio } from 'twilio';
import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import { type Failure, unanswered, unreadable } from '../http/http-verdict.js';
import { type VendorAgents, vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { callbackUrlOf, vendorUrl } from '../http/vendor-url.js';
import { InFlight } from '../in-flight.js';
import { LONGEST_ANSWER } from '../http/http-request.js';
import { LONGEST_SMS } from '../sms/sms-segments.js';
import { secondsLeft } from '../expiry.js';
import type { Expiry, ProviderOptions, Verification } from '../provider.js';
import { type TwilioCredentials, TWILIO_URL } from './twilio.credentials.js';
import { refusedByCode } from '../vendor-errors.js';
import { TWILIO_ERRORS } from './twilio.errors.js';
import { isVendorId } from '../http/vendor-id.js';

/** Requests of one connection at once; Twilio queues what goes faster than a sender may. */
export const TWILIO_CONCURRENCY = 50;

/** For how long, in seconds, Twilio keeps a message in its queue: by default as long as it may. */
const LONGEST_VALIDITY_S = 36_000;

/** Who is told what, in the words of Twilio's SDK. */
export type TwilioMessage = Pick<
  MessageListInstanceCreateOptions,
  'to' | 'from' | 'body' | 'contentSid' | 'contentVariables'
>;

/** One account of Twilio, through its SDK: what SMS and WhatsApp have in common. Twilio knows no idempotency key. */
export class TwilioClient {
  private readonly agents: VendorAgents;
  private readonly inFlight = new InFlight();
  private loading: Promise<Twilio> | undefined;

  constructor(
    private readonly credentials: TwilioCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, TWILIO_CONCURRENCY);
  }

  /** @param message its sender is left to the messaging service where the connection has one */
  async send(messageId: string, message: TwilioMessage, expires?: Expiry): Promise<Outcome> {
    // Surrogate pairs count once: what is a little too long all the same is for Twilio to refuse.
    if (Array.from(message.body ?? '').length > LONGEST_SMS) return { kind: 'rejected', reason: 'message_too_large' };
    const { messaging_service_sid: messagingServiceSid } = this.credentials;
    const { callbackUrl } = this.options;
    const { from, ...rest } = message;
    const created = await this.inFlight.track(
      this.call((client) =>
        client.messages.create({
          ...rest,
          ...(messagingServiceSid === undefined ? { from: from as string } : { messagingServiceSid }),
          ...validity(expires),
          ...(callbackUrl !== undefined && { statusCallback: callbackUrlOf(callbackUrl, messageId) }),
        }),
      ),
    );
    if ('kind' in created) return created;
    return isVendorId(created.sid) ? { kind: 'sent', providerMessageId: created.sid } : unreadable();
  }

  /** Looks at the account. */
  async verify(): Promise<Verification> {
    const account = await this.call((client) => client.api.v2010.accounts(this.credentials.account_sid).fetch());
    if ('kind' in account) return { ok: false, reason: account.reason };
    return account.status === 'active' ? { ok: true } : { ok: false, reason: 'account_locked' };
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call<T extends object>(request: (client: Twilio) => Promise<T>): Promise<T | Failure> {
    try {
      return await VendorCall.run(this.options.sendTimeoutMs, async () => request(await this.client()));
    } catch (error) {
      if (!(error instanceof VendorCallFailure)) throw error;
      const { cause } = error;
      return cause instanceof TwilioRefusal ? refusedByCode(TWILIO_ERRORS, cause) : unanswered(error);
    }
  }

  /** The SDK takes 20 MB: it is loaded when the first message goes. */
  private client(): Promise<Twilio> {
    this.loading ??= import('twilio').then(({ default: sdk }) => {
      const { account_sid: accountSid, auth_token: authToken } = this.credentials;
      return sdk(accountSid, authToken, { httpClient: this.requestClient(sdk) });
    });
    return this.loading;
  }

  /** The SDK knows one host and agents of its own: its requests are led to the connection's host, over ours. Its retries are off. */
  private requestClient(sdk: typeof twilio): twilio.RequestClient {
    const { base_url: baseUrl = TWILIO_URL } = this.credentials;
    // The call ends sooner.
    const timeout = this.options.sendTimeoutMs + 1_000;
    class RequestClient extends sdk.RequestClient {
      override async request<T>(request: RequestOptions<T>): Promise<Answer<T>> {
        const { pathname, search } = new URL(request.uri);
        const answer = await super.request({ ...request, uri: vendorUrl(baseUrl, pathname + search).href });
        if (isTaken(answer)) return answer;
        throw new TwilioRefusal(answer);
      }
    }
    const client = new RequestClient({ autoRetry: false, timeout });
    const { http: httpAgent, https: httpsAgent } = this.agents;
    Object.assign(client.axios.defaults, { httpAgent, httpsAgent, maxContentLength: LONGEST_ANSWER });
    return client;
  }
}

/** At least a second; nothing for what does not expire while Twilio would keep it. */
function validity(expires: Expiry | undefined): { validityPeriod?: number } {
  const seconds = expires ? Math.max(1, secondsLeft(expires)) : LONGEST_VALIDITY_S;
  return seconds < LONGEST_VALIDITY_S ? { validityPeriod: seconds } : {};
}

type RequestOptions<T> = Parameters<twilio.RequestClient['request']>[0] & { data?: T };
type Answer<T> = Awaited<ReturnType<typeof twilio.RequestClient.prototype.request<T>>>;

function isTaken({ statusCode, body }: Answer<unknown>): boolean {
  return statusCode >= 200 && statusCode < 300 && typeof body === 'object' && body !== null;
}

/** An answer that is not what was asked for. The SDK's own error keeps no headers, and so no Retry-After. */
class TwilioRefusal extends Error {
  readonly status: number;
  readonly code: number | undefined;
  readonly retryAfter: unknown;

  constructor({ statusCode, body, headers }: Answer<unknown>) {
    super(`Twilio answered ${statusCode}`);
    this.status = statusCode;
    const { code } = (typeof body === 'object' && body !== null ? body : {}) as { code?: unknown };
    this.code = typeof code === 'number' ? code : undefined;
    this.retryAfter = (headers as Record<string, unknown> | undefined)?.['retry-after'];
  }
}
