import type { JWT } from 'google-auth-library';
import { httpRequest } from '../http/http-request.js';
import type { VendorAgents } from '../http/vendor-agents.js';
import { VendorCall } from '../http/vendor-call.js';
import { jsonFields } from '../json.js';
import type { FcmServiceAccount } from './fcm.credentials.js';

export const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';

/**
 * The access token of a service account, kept until it is about to expire (an hour). Google's library signs for it and
 * keeps it; the exchange goes over our agents, and to the address that is given.
 */
export class GoogleAccessToken {
  private client: Promise<JWT> | undefined;

  constructor(
    private readonly account: FcmServiceAccount,
    private readonly url: URL,
    private readonly agents: VendorAgents,
    private readonly timeoutMs: number,
  ) {}

  /**
   * A call of its own: that there was a connection for the token says nothing about a message.
   *
   * @throws {VendorCallFailure} with a TokenRefusal or Node's error among its causes
   */
  get(): Promise<string> {
    return VendorCall.run(this.timeoutMs, async () => {
      const client = await (this.client ??= this.load());
      const { token } = await client.getAccessToken();
      // The exchange has thrown when there was none.
      return token as string;
    });
  }

  /** The next one is asked for anew: this one is not accepted. */
  forget(): void {
    this.client = undefined;
  }

  /** The library takes 14 MB: it is loaded when the first message goes. */
  private async load(): Promise<JWT> {
    const { JWT: Client } = await import('google-auth-library');
    const { client_email: email, private_key: key } = this.account;
    return new Client({
      email,
      key,
      scopes: [SCOPE],
      transporterOptions: {
        fetchImplementation: (_, init) => this.exchange((init?.body as URLSearchParams).toString()),
        retryConfig: { retry: 0, noResponseRetries: 0 },
      },
    });
  }

  private async exchange(body: string): Promise<Response> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const answer = await httpRequest({ method: 'POST', url: this.url, headers, body }, this.agents);
    const { status, text } = answer;
    if (status !== 200 || typeof jsonFields(text)['access_token'] !== 'string') {
      throw new TokenRefusal(status, answer.headers['retry-after']);
    }
    return new Response(text, { status });
  }
}

/** Google gave no token. */
export class TokenRefusal extends Error {
  constructor(
    readonly status: number,
    readonly retryAfter: string | undefined,
  ) {
    super(`no access token: status ${status}`);
  }
}
