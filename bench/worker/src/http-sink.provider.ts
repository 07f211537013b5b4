import type { OutgoingEmail, Provider, ProviderOptions, Verification } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { Pool } from 'undici';

class HttpSinkCredentials {
  url!: string;
}

/** A vendor with an HTTP API, as SES, Resend or Postmark have: one POST of JSON for a message. */
export class HttpSinkProvider implements Provider {
  static readonly providerName = 'http-sink';
  static readonly channel = 'email';
  static readonly Credentials = HttpSinkCredentials;

  static concurrency(): number {
    return 50;
  }

  private readonly pool: Pool;

  constructor({ url }: HttpSinkCredentials, { sendTimeoutMs }: ProviderOptions) {
    this.pool = new Pool(url, { connections: HttpSinkProvider.concurrency(), bodyTimeout: sendTimeoutMs });
  }

  async send({ from, to, subject, text, html, headers, messageId }: OutgoingEmail): Promise<Outcome> {
    const body = JSON.stringify({ from, to, subject, text, html, headers, tag: messageId });
    try {
      const answer = await this.pool.request({
        path: '/messages',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const { id } = (await answer.body.json()) as { id: string };
      return { kind: 'sent', providerMessageId: id };
    } catch (error) {
      return { kind: 'unknown', reason: 'no_answer', detail: { error: String(error) } };
    }
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
