import { generateKeyPairSync, sign } from 'node:crypto';
import type { CallbackRequest } from '../../callback.js';
import { callbackRequest } from '../../callbacks/testing/callback-request.js';

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:outbell';
export const CERTIFICATE_URL = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem';
export const SIGNED_AT = '2026-11-26T10:00:00.000Z';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What stands at {@link CERTIFICATE_URL}: the key is all that is taken of a certificate. */
export const CERTIFICATE = publicKey.export({ type: 'spki', format: 'pem' }).toString();

export type Envelope = Record<string, string>;

/** Signs as SNS does, written down from its documentation apart from the reader. */
export function signedEnvelope(fields: Envelope = {}): Envelope {
  const envelope: Envelope = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Message: 'Hello "world"\n',
    Timestamp: SIGNED_AT,
    SignatureVersion: '2',
    SigningCertURL: CERTIFICATE_URL,
    ...fields,
  };
  const lines = Object.keys(envelope)
    .filter((name) => !['SignatureVersion', 'SigningCertURL', 'UnsubscribeURL'].includes(name))
    .sort()
    .map((name) => `${name}\n${envelope[name] ?? ''}\n`);
  const digest = envelope['SignatureVersion'] === '1' ? 'sha1' : 'sha256';
  return { ...envelope, Signature: sign(digest, Buffer.from(lines.join('')), privateKey).toString('base64') };
}

export function confirmation(fields: Envelope = {}): Envelope {
  const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: TOPIC, Token: 'tok' });
  return signedEnvelope({
    Type: 'SubscriptionConfirmation',
    Token: 'tok',
    SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?${query.toString()}`,
    ...fields,
  });
}

export function snsRequest(envelope: Envelope, receivedAt = new Date(SIGNED_AT)): CallbackRequest {
  return callbackRequest({ body: envelope, receivedAt, headers: { 'content-type': 'text/plain; charset=UTF-8' } });
}
