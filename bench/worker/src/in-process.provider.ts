import type { OutgoingEmail, Provider, Verification } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';

class NoCredentials {}

/** Takes every message at once, without leaving the process: what remains is what a delivery costs us. */
export class InProcessProvider implements Provider {
  static readonly providerName = 'in-process';
  static readonly channel = 'email';
  static readonly Credentials = NoCredentials;

  static concurrency(): number {
    return 100;
  }

  send({ messageId }: OutgoingEmail): Promise<Outcome> {
    return Promise.resolve({ kind: 'sent', providerMessageId: messageId });
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
