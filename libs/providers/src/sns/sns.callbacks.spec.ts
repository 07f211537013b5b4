import { describe, expect, it } from 'vitest';
import { UnreadableCallbackError } from '../callback.js';
import { selfSigned } from '../smtp/testing/certificates.js';
import { snsCallbacks } from './sns.callbacks.js';
import { callbackRequest } from '../callbacks/testing/callback-request.js';
import {
  CERTIFICATE,
  CERTIFICATE_URL,
  confirmation,
  type Envelope,
  signedEnvelope,
  SIGNED_AT,
  snsRequest,
  TOPIC,
} from '../aws/testing/sns-topic.js';

const CREDENTIALS = { topic_arns: ['arn:aws:sns:eu-west-1:123456789012:other', TOPIC] };

/** Stands in for the network: what was fetched, and the certificate or an error for it. */
function network(answer: string | Error = CERTIFICATE) {
  const fetched: string[] = [];
  const fetchText = async (url: URL): Promise<string> => {
    fetched.push(url.href);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { fetched, fetchText };
}

function verified(envelope: Envelope, receivedAt?: Date, credentials: object = CREDENTIALS): Promise<boolean> {
  return snsCallbacks.verify(snsRequest(envelope, receivedAt), credentials, network());
}

describe('verify', () => {
  it.each(['1', '2'])('accepts signatures of version %s', async (SignatureVersion) => {
    expect(await verified(signedEnvelope({ SignatureVersion }))).toBe(true);
    expect(await verified(signedEnvelope({ SignatureVersion, Subject: 'Amazon SES Email Event' }))).toBe(true);
    expect(await verified(confirmation({ SignatureVersion }))).toBe(true);
    expect(await verified(confirmation({ SignatureVersion, Type: 'UnsubscribeConfirmation' }))).toBe(true);
  });

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp', 'Type', 'Signature'])('refuses another %s', async (name) => {
    const envelope = signedEnvelope({ Subject: 'an event' });
    const others: Envelope = { Timestamp: '2026-11-26T10:00:01.000Z', Type: 'SubscriptionConfirmation' };
    expect(await verified({ ...envelope, [name]: others[name] ?? `x${envelope[name] ?? ''}` })).toBe(false);
  });

  it.each(['SubscribeURL', 'Token', 'Message'])('refuses a confirmation with another %s', async (name) => {
    const envelope = confirmation();
    expect(await verified({ ...envelope, [name]: `${envelope[name] ?? ''}x` })).toBe(false);
  });

  it('refuses a subject that was not signed, and one version for the other', async () => {
    expect(await verified({ ...signedEnvelope(), Subject: 'an event' })).toBe(false);
    expect(await verified({ ...signedEnvelope({ SignatureVersion: '1' }), SignatureVersion: '2' })).toBe(false);
    expect(await verified({ ...signedEnvelope(), SignatureVersion: 'constructor' })).toBe(false);
  });

  it('knows the regions of China by their own domain', async () => {
    const SigningCertURL = 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-89ab.pem';
    expect(await verified(signedEnvelope({ SigningCertURL }))).toBe(true);
  });

  it('refuses topics that were not named', async () => {
    expect(await verified(signedEnvelope({ TopicArn: `${TOPIC}2` }))).toBe(false);
    expect(await verified(signedEnvelope(), undefined, {})).toBe(false);
  });

  it('allows for the hour in which SNS tries again, and for no more', async () => {
    const at = (minutes: number): Date => new Date(Date.parse(SIGNED_AT) + minutes * 60_000);
    expect(await verified(signedEnvelope(), at(59))).toBe(true);
    expect(await verified(signedEnvelope(), at(61))).toBe(false);
    expect(await verified(signedEnvelope(), at(-6))).toBe(false);
    expect(await verified(signedEnvelope({ Timestamp: 'soon' }))).toBe(false);
  });

  it.each([
    'http://sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/a.pem',
    'https://user@sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com:444/a.pem',
    'https://sns.eu-west-1.amazonaws.com/?next=a.pem',
    'https://sns.eu-west-1.amazonaws.com/a.pem#',
    'https://sns.eu-west-1.amazonaws.com/a.crt',
    'https://sns.eu-west-1.amazonaws.com/a/../b.pem',
    'https://s3.eu-west-1.amazonaws.com/bucket/a.pem',
    'https://sns.eu-west-1.amazonaws.com.cn.evil.example/a.pem',
    '\nhttps://sns.eu-west-1.amazonaws.com/a.pem',
  ])('fetches nothing at %j', async (SigningCertURL) => {
    const context = network();
    const request = snsRequest(signedEnvelope({ SigningCertURL }));
    expect(await snsCallbacks.verify(request, CREDENTIALS, context)).toBe(false);
    expect(context.fetched).toEqual([]);
  });

  it('keeps a certificate, and tries once more for one that did not come', async () => {
    const SigningCertURL = CERTIFICATE_URL.replace('0123', '4567');
    const request = snsRequest(signedEnvelope({ SigningCertURL }));
    const away = network(new Error('no route'));
    expect(await snsCallbacks.verify(request, CREDENTIALS, away)).toBe(false);
    expect(away.fetched).toHaveLength(2);
    const context = network();
    expect(await snsCallbacks.verify(request, CREDENTIALS, context)).toBe(true);
    expect(await snsCallbacks.verify(request, CREDENTIALS, context)).toBe(true);
    expect(context.fetched).toEqual([SigningCertURL]);
  });

  it('refuses what another certificate than theirs would have signed, and what is none', async () => {
    for (const [at, answer] of [selfSigned('sns.amazonaws.com').cert, '<html>'].entries()) {
      const request = snsRequest(signedEnvelope({ SigningCertURL: CERTIFICATE_URL.replace('0123', `89${at}`) }));
      expect(await snsCallbacks.verify(request, CREDENTIALS, network(answer))).toBe(false);
    }
  });
});

describe('who stands in for SNS, at the base_url of a connection,', () => {
  const STAND_IN = 'http://127.0.0.1:3002/vendors/ses';
  const OURS = { ...CREDENTIALS, base_url: STAND_IN };
  const at = (SigningCertURL: string, credentials: object, context = network()) =>
    snsCallbacks.verify(snsRequest(signedEnvelope({ SigningCertURL })), credentials, context);

  it.each([STAND_IN, `${STAND_IN}/`, 'HTTP://127.0.0.1:3002/vendors/ses'])(
    'is believed under its origin and path: %s',
    async (base_url) => {
      expect(await at(`${STAND_IN}/a/b.pem`, { ...CREDENTIALS, base_url })).toBe(true);
      expect(await at(CERTIFICATE_URL, { ...CREDENTIALS, base_url })).toBe(true);
    },
  );

  it('must sign all the same, for a topic that was named, and may change its certificate', async () => {
    const request = snsRequest({ ...signedEnvelope({ SigningCertURL: `${STAND_IN}/c.pem` }), Message: 'x' });
    expect(await snsCallbacks.verify(request, OURS, network())).toBe(false);
    expect(await at(`${STAND_IN}/c.pem`, { base_url: STAND_IN })).toBe(false);
    expect(await at(`${STAND_IN}/c.pem`, OURS, network(selfSigned('sns.amazonaws.com').cert))).toBe(false);
    expect(await at(`${STAND_IN}/c.pem`, OURS)).toBe(true);
  });

  it('is nobody to a connection without it, or with another', async () => {
    const context = network();
    expect(await at(`${STAND_IN}/d.pem`, OURS, context)).toBe(true);
    expect(await at(`${STAND_IN}/d.pem`, CREDENTIALS, context)).toBe(false);
    expect(await at(`${STAND_IN}/d.pem`, { ...CREDENTIALS, base_url: 'http://127.0.0.1:4000' }, context)).toBe(false);
    expect(context.fetched).toEqual([`${STAND_IN}/d.pem`]);
  });

  it.each([
    'http://127.0.0.1:3002/vendors/resend/a.pem',
    'http://127.0.0.1:3002/vendors/ses-not/a.pem',
    'http://127.0.0.1:3002/vendors/ses.pem',
    'http://127.0.0.1:3002/vendors/ses/../resend/a.pem',
    'http://127.0.0.1:3002/vendors/ses/%2e%2e/a.pem',
    'http://127.0.0.1:3002/vendors/ses/a.pem?b=a.pem',
    'http://127.0.0.1:3003/vendors/ses/a.pem',
    'https://127.0.0.1:3002/vendors/ses/a.pem',
    'http://user@127.0.0.1:3002/vendors/ses/a.pem',
    'http://127.0.0.1:3002\\vendors/ses/a.pem',
    'https://evil.example/http://127.0.0.1:3002/vendors/ses/a.pem',
    'a.pem',
  ])('is nobody at %j', async (SigningCertURL) => {
    const context = network();
    expect(await at(SigningCertURL, OURS, context)).toBe(false);
    expect(context.fetched).toEqual([]);
  });

  it.each([
    [`${STAND_IN}/?Action=ConfirmSubscription&TopicArn=${TOPIC}`, 200],
    [`${STAND_IN}/?Action=ConfirmSubscription&TopicArn=other`, 403],
    [`http://127.0.0.1:3002/?Action=ConfirmSubscription&TopicArn=${TOPIC}`, 403],
    [`${STAND_IN}/../?Action=ConfirmSubscription&TopicArn=${TOPIC}`, 403],
  ])('confirms at %s: %i', async (SubscribeURL, status) => {
    const request = snsRequest(confirmation({ SubscribeURL }));
    const context = network('ok');
    expect(await snsCallbacks.answer?.(request, OURS, context)).toMatchObject({ status });
    expect(await snsCallbacks.answer?.(request, CREDENTIALS, context)).toMatchObject({ status: 403 });
    expect(context.fetched).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('answer', () => {
  const answer = (envelope: Envelope, context = network('ok'), credentials: object = CREDENTIALS) =>
    snsCallbacks.answer?.(snsRequest(envelope), credentials, context);

  it('confirms a subscription to a topic that was named', async () => {
    const context = network('ok');
    const envelope = confirmation();
    expect(await answer(envelope, context)).toEqual({ status: 200, body: '' });
    expect(context.fetched).toEqual([envelope['SubscribeURL']]);
  });

  it.each([
    ['another topic', { TopicArn: `${TOPIC}2` }, CREDENTIALS],
    ['any topic, when none was named', {}, {}],
    ['a URL elsewhere', { SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription' }, CREDENTIALS],
    [
      'a URL of something else',
      { SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic' },
      CREDENTIALS,
    ],
  ])('confirms nothing for %s', async (_, fields, credentials) => {
    const context = network('ok');
    expect(await answer(confirmation(fields), context, credentials)).toEqual({ status: 403, body: '' });
    expect(context.fetched).toEqual([]);
  });

  it('does not take up again what somebody ended', async () => {
    const context = network('ok');
    expect(await answer(confirmation({ Type: 'UnsubscribeConfirmation' }), context)).toEqual({ status: 200, body: '' });
    expect(context.fetched).toEqual([]);
  });

  it('lets SNS ask again while it cannot be reached', async () => {
    expect(await answer(confirmation(), network(new Error('no route')))).toMatchObject({ status: 502 });
  });

  it('leaves notifications to be read', async () => {
    expect(await answer(signedEnvelope())).toBeNull();
  });
});

describe('read', () => {
  const read = (message: object): object[] =>
    snsCallbacks.read(snsRequest(signedEnvelope({ Message: JSON.stringify(message) })));

  it('unsubscribes who answers STOP', () => {
    const reply = { originationNumber: '+33612345678', inboundMessageId: 'in-1' };
    expect(read({ ...reply, messageBody: 'STOP' })).toMatchObject([
      { channel: 'sms', kind: 'unsubscribed', address: '+33612345678', suppress: 'unsubscribe' },
    ]);
    expect(read({ ...reply, messageBody: 'thanks' })).toEqual([]);
  });

  it.each([
    [
      { eventType: 'TEXT_DELIVERED', messageId: 'm-1' },
      { kind: 'delivered', providerMessageId: 'm-1' },
    ],
    [
      { eventType: 'TEXT_INVALID', messageId: 'm-1' },
      { kind: 'failed', reason: 'bad_address', suppress: 'invalid' },
    ],
    [
      { status: 'SUCCESS', notification: { messageId: 'm-1' } },
      { kind: 'delivered', providerMessageId: 'm-1' },
    ],
    [
      { status: 'FAILURE', notification: { messageId: 'm-1' } },
      { kind: 'failed', reason: 'undelivered' },
    ],
  ])('reads %j', (message, evidence) => {
    expect(read(message)).toMatchObject([{ channel: 'sms', at: new Date(SIGNED_AT), ...evidence }]);
  });

  it('refuses what is no envelope, or carries no JSON', () => {
    expect(() => snsCallbacks.read(callbackRequest({ body: '{}' }))).toThrow(UnreadableCallbackError);
    expect(() => snsCallbacks.read(snsRequest(signedEnvelope()))).toThrow(UnreadableCallbackError);
    expect(snsCallbacks.read(snsRequest(confirmation()))).toEqual([]);
  });
});
