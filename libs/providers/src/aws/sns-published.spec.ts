import { describe, expect, it } from 'vitest';
import { snsCallbacks } from '../sns/sns.callbacks.js';
import { PUBLISHED, PUBLISHED_CERTIFICATES } from './testing/sns-published.js';
import { type Envelope, snsRequest } from './testing/sns-topic.js';

/** Nobody listens on the network: only what Amazon published is to be had. */
const context = {
  fetchText: async (url: URL): Promise<string> => {
    const certificate = PUBLISHED_CERTIFICATES[url.href];
    if (certificate === undefined) throw new Error(`not published: ${url.href}`);
    return certificate;
  },
};

/** For a connection to that topic, a minute after it was signed. */
function verified(envelope: Envelope, { Timestamp = '', TopicArn = '' }: Envelope): Promise<boolean> {
  const receivedAt = new Date(Date.parse(Timestamp) + 60_000);
  return snsCallbacks.verify(snsRequest(envelope, receivedAt), { topic_arns: [TopicArn] }, context);
}

const named = PUBLISHED.map((message) => ({ name: `${message['Type']} v${message['SignatureVersion']}`, message }));

describe('what SNS itself has signed', () => {
  it.each(named)('is believed: $name', async ({ message }) => {
    expect(await verified(message, message)).toBe(true);
  });

  it.each(named)('is not believed when any signed field is another: $name', async ({ message }) => {
    const signed = Object.keys(message).filter((field) => !/^(Signature.*|SigningCertURL|Type)$/.test(field));
    for (const field of signed) {
      const altered = { ...message, [field]: another(field, message[field] ?? '') };
      expect(await verified(altered, altered), field).toBe(false);
    }
    const types = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'];
    for (const Type of types.filter((type) => type !== message['Type'])) {
      expect(await verified({ ...message, Type }, message), Type).toBe(false);
    }
  });

  it.each(named)('is not believed under the other version, or another certificate: $name', async ({ message }) => {
    const SignatureVersion = message['SignatureVersion'] === '1' ? '2' : '1';
    expect(await verified({ ...message, SignatureVersion }, message)).toBe(false);
    const SigningCertURL = Object.keys(PUBLISHED_CERTIFICATES).find((url) => url !== message['SigningCertURL']) ?? '';
    expect(await verified({ ...message, SigningCertURL }, message)).toBe(false);
  });

  it.each(named.filter(({ message }) => message['Type'] === 'Notification'))(
    'is not believed with another subject: $name',
    async ({ message }) => {
      expect(await verified({ ...message, Subject: 'Another' }, message)).toBe(false);
    },
  );
});

function another(field: string, value: string): string {
  return field === 'Timestamp' ? value.replace(/\dZ$/, (end) => (end === '0Z' ? '1Z' : '0Z')) : `${value}x`;
}
