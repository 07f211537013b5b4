import type { CreateEmailOptions, Resend } from 'resend';
import type { Outcome } from '@outbell/shared/outcome.js';
import { resendCallbacks } from './resend.callbacks.js';
import { unanswered, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingEmail, Provider, ProviderOptions, Verification } from '../provider.js';
import { tooLarge } from '../email/email-size.js';
import { unsafeHeader } from '../email/header-safety.js';
import { asciiDomain, mailbox } from '../email/mailbox.js';
import { resendClient } from './resend-client.js';
import { ResendCredentials } from './resend.credentials.js';
import { resendVerdict } from './resend.errors.js';
import { isVendorId } from '../http/vendor-id.js';

/** Resend takes five requests a second of a team that has not asked for more. */
const CONCURRENCY = 20;

/** All in all. */
const LARGEST_MB = 40;

/** Its webhook carries it back to us. */
const MESSAGE_ID_TAG = 'message_id';

/** Resend. Our message id is its idempotency key: the same message under the same key is sent once, however often it is offered. */
export class ResendProvider implements Provider {
  static readonly providerName = 'resend';
  static readonly channel = 'email';
  static readonly Credentials = ResendCredentials;
  static readonly callbacks = resendCallbacks;
  /** A key is kept for a day: the last repeat has an hour to arrive. */
  static readonly repeatableForMs = 23 * 3_600_000;

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly agents;
  private readonly inFlight = new InFlight();
  private loaded: Promise<Resend> | undefined;

  constructor(
    private readonly credentials: ResendCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
  }

  send(message: OutgoingEmail): Promise<Outcome> {
    const reason = unsafeHeader(message) ?? tooLarge(message, LARGEST_MB);
    if (reason) return Promise.resolve({ kind: 'rejected', reason });
    return this.inFlight.track(this.call(message));
  }

  /** Asks for the domains. A key that may send and nothing else is told so, which proves it as well. */
  async verify(): Promise<Verification> {
    try {
      const { error, headers } = await VendorCall.run(this.options.sendTimeoutMs, async () =>
        (await this.resend()).domains.list(),
      );
      if (!error || error.name === 'restricted_api_key') return { ok: true };
      return { ok: false, reason: resendVerdict(error, headers ?? {}).reason };
    } catch (error) {
      if (error instanceof VendorCallFailure) return { ok: false, reason: unanswered(error).reason };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(message: OutgoingEmail): Promise<Outcome> {
    try {
      const { data, error, headers } = await VendorCall.run(this.options.sendTimeoutMs, async () =>
        (await this.resend()).emails.send(mailOf(message), { idempotencyKey: message.messageId }),
      );
      if (error) return resendVerdict(error, headers ?? {});
      return isVendorId(data.id) ? { kind: 'sent', providerMessageId: data.id } : unreadable();
    } catch (error) {
      if (error instanceof VendorCallFailure) return unanswered(error);
      throw error;
    }
  }

  private resend(): Promise<Resend> {
    return (this.loaded ??= resendClient(this.credentials, this.agents));
  }
}

function mailOf({ from, to, subject, text, html, headers, messageId }: OutgoingEmail): CreateEmailOptions {
  return {
    from: mailbox(from, 'plain'),
    to: asciiDomain(to),
    subject,
    text,
    ...(html !== undefined && { html }),
    headers,
    tags: [{ name: MESSAGE_ID_TAG, value: messageId }],
  };
}
