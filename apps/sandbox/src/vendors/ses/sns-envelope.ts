import { createHash, sign } from 'node:crypto';
import type { SigningIdentity } from '../aws/certificate.js';

/**
 * Signed fields of a notification, in this order
 * (docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
 */
const SIGNED = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'] as const;

export interface SnsNotice {
  message: string;
  /** Of which the notification's id is made: told again, it has the same */
  eventId: string;
  at: Date;
  topicArn: string;
  certificateUrl: string;
}

/** A notification as SNS posts it, signed in its version 2 (SHA-256). */
export function snsNotification(notice: SnsNotice, { key }: SigningIdentity): Record<string, string> {
  const { message, eventId, at, topicArn, certificateUrl } = notice;
  const fields = {
    Type: 'Notification',
    MessageId: uuidOf(eventId),
    TopicArn: topicArn,
    Message: message,
    Timestamp: at.toISOString(),
  };
  const text = SIGNED.map((name) => `${name}\n${fields[name]}\n`).join('');
  return {
    ...fields,
    SignatureVersion: '2',
    Signature: sign('sha256', Buffer.from(text), key).toString('base64'),
    SigningCertURL: certificateUrl,
  };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
