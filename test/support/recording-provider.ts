import type { Outgoing, Provider, ProviderType, Verification } from '@outbell/providers/provider.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { Outcome } from '@outbell/shared/outcome.js';

class NoCredentials {}

/** A vendor of that channel, called `recording`, that remembers what it is given. */
export function recordingProvider(
  channel: Channel,
  taken: Outgoing[],
  answer: (message: Outgoing) => Outcome,
): ProviderType {
  return class RecordingProvider implements Provider {
    static readonly providerName = 'recording';
    static readonly channel = channel;
    static readonly Credentials = NoCredentials;

    static concurrency(): number {
      return 10;
    }

    send(message: Outgoing): Promise<Outcome> {
      taken.push(message);
      return Promise.resolve(answer(message));
    }

    verify(): Promise<Verification> {
      return Promise.resolve({ ok: true });
    }

    close(): Promise<void> {
      return Promise.resolve();
    }
  };
}
