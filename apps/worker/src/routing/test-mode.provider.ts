import type { Outgoing, Provider, Verification } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';

/** Takes the messages of test keys: they go the whole way but for the last step, and never leave the installation. */
export class TestModeProvider implements Provider {
  send(message: Outgoing): Promise<Outcome> {
    return Promise.resolve({
      kind: 'sent',
      providerMessageId: `test_${message.messageId}`,
      detail: { test_mode: true },
    });
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
