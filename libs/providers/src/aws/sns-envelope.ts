import { createPublicKey, verify } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { rowOf } from '../by-code.js';
import { type CallbackContext, type CallbackRequest, UnreadableCallbackError } from '../callback.js';
import { isRecent, timeOf } from '../callbacks/callback-time.js';
import { requiredFields } from '../json.js';
import { isAtSns, pathAtSns } from './sns-url.js';

/** The senders that are believed. */
export interface SnsCallbackCredentials {
  /** The topics whose messages are believed; none when absent. */
  topic_arns?: string[];
  /** Who stands in for the vendor: its certificates and confirmations are believed as those of SNS. */
  base_url?: string;
}

/** Envelope that SNS posts: a message of a topic, or a question whether a subscription is meant. */
interface SnsEnvelope {
  Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  MessageId: string;
  TopicArn: string;
  Message: string;
  Timestamp: string;
  SignatureVersion: string;
  Signature: string;
  SigningCertURL: string;
  Subject?: string | null | undefined;
  SubscribeURL?: string | undefined;
  Token?: string | undefined;
}

const REQUIRED = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL'];

/** Signed fields by type, in this order (docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html). */
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: CONFIRMATION,
  UnsubscribeConfirmation: CONFIRMATION,
} as const;

const DIGESTS: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' };

const CERTIFICATE = /^(?!.*\.\.)[\w./-]+\.pem$/;

/**
 * SNS signs once and tries for up to an hour to hand it over; what it signed with the same time is known by its id if
 * it comes twice.
 */
const RETRIED_FOR_MS = 60 * 60_000;

/** Certificates of SNS itself by URL: it exchanges them once a year or so, under a new name; a stand-in may not. */
const certificates = new LRUCache<string, string>({ max: 50 });

/** @throws {UnreadableCallbackError} for what is no envelope of SNS */
export function snsEnvelope({ body }: CallbackRequest): SnsEnvelope {
  const fields = requiredFields(body.toString());
  const isWhole = REQUIRED.every((name) => typeof fields[name] === 'string');
  if (!isWhole || !rowOf(SIGNED, fields['Type'])) throw new UnreadableCallbackError('the body is no message of SNS');
  return fields as unknown as SnsEnvelope;
}

/** Checks that SNS made it, for one of these topics, within the hour. */
export async function isFromSns(
  envelope: SnsEnvelope,
  { topic_arns: topics = [], base_url: standIn }: SnsCallbackCredentials,
  receivedAt: Date,
  context: CallbackContext,
): Promise<boolean> {
  const { TopicArn, Timestamp, SignatureVersion, Signature, SigningCertURL } = envelope;
  const digest = rowOf(DIGESTS, SignatureVersion);
  if (!topics.includes(TopicArn) || digest === undefined) return false;
  if (!isRecent(timeOf(Timestamp), receivedAt, RETRIED_FOR_MS)) return false;
  if (!CERTIFICATE.test(pathAtSns(SigningCertURL, standIn) ?? '')) return false;
  try {
    const publicKey = createPublicKey(await certificateAt(SigningCertURL, context));
    return verify(digest, Buffer.from(signedText(envelope)), publicKey, Buffer.from(Signature, 'base64'));
  } catch {
    // No certificate, no proof.
    return false;
  }
}

async function certificateAt(url: string, context: CallbackContext): Promise<string> {
  const known = certificates.get(url);
  if (known !== undefined) return known;
  // Once more: SNS takes a refusal of ours for final, so that one lost connection would lose what it had to say.
  const pem = await context.fetchText(new URL(url)).catch(() => context.fetchText(new URL(url)));
  createPublicKey(pem);
  if (isAtSns(url)) certificates.set(url, pem);
  return pem;
}

function signedText(envelope: SnsEnvelope): string {
  return SIGNED[envelope.Type]
    .filter((name) => envelope[name] !== undefined && envelope[name] !== null)
    .map((name) => `${name}\n${String(envelope[name])}\n`)
    .join('');
}
