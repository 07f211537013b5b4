import { SmtpProvider } from '../smtp.provider.js';

/** A provider for the server on that port of this machine. */
export function providerFor(
  port: number,
  changes: Partial<SmtpProvider['credentials']> = {},
  sendTimeoutMs = 10_000,
): SmtpProvider {
  const credentials = { host: '127.0.0.1', port, security: 'none' as const, ...changes };
  return new SmtpProvider(credentials, { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] });
}
