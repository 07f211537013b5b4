import type { Outcome } from '@outbell/shared/outcome.js';
import type twilio from 'twilio';
import type { Twilio } from 'twilio';
import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import { secondsLeft } from '../expiry.js';
import type { HttpVendor, VendorConnection } from '../http/http-provider.js';
import { LONGEST_ANSWER } from '../http/http-request.js';
import { type Failure, taken, unanswered } from '../http/http-verdict.js';
import { callbackUrlOf, vendorUrl } from '../http/vendor-url.js';
import type { Expiry, Outgoing } from '../provider.js';
import { LONGEST_SMS } from '../sms/sms-segments.js';
import { refusedByCode } from '../vendor-errors.js';
import { twilioCallbacks } from './twilio.callbacks.js';
import { TwilioCredentials, TWILIO_URL } from './twilio.credentials.js';
import { TWILIO_ERRORS } from './twilio.errors.js';

/** For how long, in seconds, Twilio keeps a message in its queue: by default as long as it may. */
const LONGEST_VALIDITY_S = 36_000;

/** Message in the words of Twilio's SDK. */
export type TwilioMessage = Pick<
  MessageListInstanceCreateOptions,
  'to' | 'from' | 'body' | 'contentSid' | 'contentVariables'
>;

type TwilioConnection = VendorConnection<TwilioCredentials>;

/** One account of Twilio, through its SDK: what SMS and WhatsApp have in common. Twilio knows no idempotency key. */
export const TWILIO_ACCOUNT = {
  Credentials: TwilioCredentials,
  callbacks: twilioCallbacks,
  // Twilio queues what goes faster than a sender may.
  concurrency: 50,

  /** The SDK takes 20 MB: it is loaded when the first message goes. */
  async open(connection) {
    const { default: sdk } = await import('twilio');
    const { account_sid: accountSid, auth_token: authToken } = connection.credentials;
    return sdk(accountSid, authToken, { httpClient: requestClient(sdk, connection) });
  },

  /** Looks at the account. */
  async verify(client, { credentials }) {
    const { status } = await client.api.v2010.accounts(credentials.account_sid).fetch();
    return status === 'active' ? { ok: true } : { ok: false, reason: 'account_locked' };
  },

  failureOf(failure) {
    const { cause } = failure;
    return cause instanceof TwilioRefusal ? refusedByCode(TWILIO_ERRORS, cause) : unanswered(failure);
  },
} satisfies Partial<HttpVendor<TwilioCredentials, Outgoing, Twilio>>;

/** Surrogate pairs count once: what is a little too long all the same is for Twilio to refuse. */
export function refuseLong(body = ''): Failure | undefined {
  return Array.from(body).length > LONGEST_SMS ? { kind: 'rejected', reason: 'message_too_large' } : undefined;
}

/** @param message its sender is left to the messaging service where the connection has one */
export async function sendByTwilio(
  client: Twilio,
  { messageId, expires }: { messageId: string; expires?: Expiry | undefined },
  { from, ...message }: TwilioMessage,
  { credentials, options: { callbackUrl } }: TwilioConnection,
): Promise<Outcome> {
  const { messaging_service_sid: messagingServiceSid } = credentials;
  const { sid } = await client.messages.create({
    ...message,
    ...(messagingServiceSid === undefined ? { from: from as string } : { messagingServiceSid }),
    ...validity(expires),
    ...(callbackUrl !== undefined && { statusCallback: callbackUrlOf(callbackUrl, messageId) }),
  });
  return taken(sid);
}

/**
 * The SDK knows one host and agents of its own: its requests are led to the connection's host, over ours. Its retries
 * are off.
 */
function requestClient(sdk: typeof twilio, { credentials, options, agents }: TwilioConnection): twilio.RequestClient {
  const { base_url: baseUrl = TWILIO_URL } = credentials;
  // The call ends sooner.
  const timeout = options.sendTimeoutMs + 1_000;
  class RequestClient extends sdk.RequestClient {
    override async request<T>(request: RequestOptions<T>): Promise<Answer<T>> {
      const { pathname, search } = new URL(request.uri);
      const answer = await super.request({ ...request, uri: vendorUrl(baseUrl, pathname + search).href });
      if (isTaken(answer)) return answer;
      throw new TwilioRefusal(answer);
    }
  }
  const client = new RequestClient({ autoRetry: false, timeout });
  const { http: httpAgent, https: httpsAgent } = agents;
  Object.assign(client.axios.defaults, { httpAgent, httpsAgent, maxContentLength: LONGEST_ANSWER });
  return client;
}

/** Gives the validity, at least a second; nothing for what does not expire while Twilio would keep it. */
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
