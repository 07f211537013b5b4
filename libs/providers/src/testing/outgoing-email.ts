import { newId } from '@outbell/shared/uuid.js';
import type { OutgoingEmail } from '../provider.js';
import { SmtpProvider } from '../smtp/smtp.provider.js';

export const RECIPIENT = 'jane.canary@example.net';

/** A message like any other; `changes` are what a test is about. */
export function email(changes: Partial<OutgoingEmail> = {}): OutgoingEmail {
  return {
    channel: 'email',
    messageId: newId(),
    from: { address: 'shop@example.com', name: 'Shop' },
    to: RECIPIENT,
    subject: 'Your code',
    text: 'It is 1234.',
    html: '<p>It is 1234.</p>',
    headers: {},
    ...changes,
  };
}

/** A provider for the server on that port of this machine. */
export function providerFor(
  port: number,
  changes: Partial<SmtpProvider['credentials']> = {},
  sendTimeoutMs = 10_000,
): SmtpProvider {
  const credentials = { host: '127.0.0.1', port, security: 'none' as const, ...changes };
  return new SmtpProvider(credentials, { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] });
}
