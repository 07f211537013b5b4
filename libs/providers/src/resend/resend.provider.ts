import type { CreateEmailOptions, Resend } from 'resend';
import { refuseEmail } from '../email/email-size.js';
import { asciiDomain, mailbox } from '../email/mailbox.js';
import { httpProvider } from '../http/http-provider.js';
import { taken } from '../http/http-verdict.js';
import type { OutgoingEmail } from '../provider.js';
import { resendClient } from './resend-client.js';
import { resendCallbacks } from './resend.callbacks.js';
import { ResendCredentials } from './resend.credentials.js';
import { resendVerdict } from './resend.errors.js';

/** All in all. */
const LARGEST_MB = 40;

/** Its webhook carries it back to us. */
const MESSAGE_ID_TAG = 'message_id';

/**
 * Resend. Our message id is its idempotency key: the same message under the same key is sent once, however often it is
 * offered.
 */
export const ResendProvider = httpProvider<ResendCredentials, OutgoingEmail, Resend>({
  providerName: 'resend',
  channel: 'email',
  Credentials: ResendCredentials,
  example: { summary: 'Resend', credentials: { api_key: 're_an_example_1' } },
  settings: { needs: { api_key: 'RESEND_API_KEY' }, takes: { webhook_secrets: 'RESEND_WEBHOOK_SECRETS' } },
  callbacks: resendCallbacks,
  // A key is kept for a day: the last repeat has an hour to arrive.
  repeatableForMs: 23 * 3_600_000,
  // Resend takes five requests a second of a team that has not asked for more.
  concurrency: 20,
  open: ({ credentials, agents }) => resendClient(credentials, agents),
  refuse: (message) => refuseEmail(message, LARGEST_MB),

  async send(resend, message) {
    const options = { idempotencyKey: message.messageId };
    const { data, error, headers } = await resend.emails.send(mailOf(message), options);
    return error ? resendVerdict(error, headers ?? {}) : taken(data.id);
  },

  /** Asks for the domains. A key that may send and nothing else is told so, which proves it as well. */
  async verify(resend) {
    const { error, headers } = await resend.domains.list();
    return !error || error.name === 'restricted_api_key' ? { ok: true } : resendVerdict(error, headers ?? {});
  },
});

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
