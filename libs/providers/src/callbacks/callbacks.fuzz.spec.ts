import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallbackReader, UnreadableCallbackError } from '../callback.js';
import { bounceMailCallbacks } from '../bounce-mail/bounce-mail.callbacks.js';
import { resendCallbacks } from '../resend/resend.callbacks.js';
import { sendGridCallbacks } from '../sendgrid/sendgrid.callbacks.js';
import { sesCallbacks } from '../ses/ses.callbacks.js';
import { snsCallbacks } from '../sns/sns.callbacks.js';
import { callbackRequest, OFFLINE } from './testing/callback-request.js';
import { smsMobileApiCallbacks } from '../smsmobileapi/smsmobileapi.callbacks.js';
import { twilioCallbacks } from '../twilio/twilio.callbacks.js';
import { voicePartnerCallbacks } from '../voice-partner/voice-partner.callbacks.js';
import { whatsAppCloudCallbacks } from '../whatsapp-cloud/whatsapp-cloud.callbacks.js';

const READERS: [string, CallbackReader][] = [
  ['ses', sesCallbacks],
  ['sns', snsCallbacks],
  ['sendgrid', sendGridCallbacks],
  ['resend', resendCallbacks],
  ['twilio', twilioCallbacks],
  ['whatsapp-cloud', whatsAppCloudCallbacks],
  ['smsmobileapi', smsMobileApiCallbacks],
  ['voice-partner', voicePartnerCallbacks],
  ['bounce mail', bounceMailCallbacks],
];

const CREDENTIALS = {
  topic_arns: ['arn'],
  webhook_public_keys: ['AAAA'],
  webhook_secrets: ['whsec_AAAA'],
  auth_token: 'token',
  app_secrets: ['secret'],
};

/** The names that vendors use, so that fuzz gets past the first look. */
const NAMES = (
  'Type TopicArn Message MessageId Timestamp Signature SignatureVersion SigningCertURL SubscribeURL Token ' +
  'eventType notificationType mail tags message_id headers destination bounce bouncedRecipients emailAddress ' +
  'status diagnosticCode ' +
  'complaint delivery recipients event email reason sg_event_id sg_message_id timestamp type data email_id to ' +
  'created_at ' +
  'object entry changes value statuses messages text body from id errors code user_preferences ' +
  'originationNumber messageBody guid message occurred_at'
).split(' ');
const WORDS = (
  'Notification Bounce Complaint Delivery arn 1 2 bounce dropped delivered email.bounced ' +
  'whatsapp_business_account failed sms.failed sms.received STOP __proto__ ' +
  'kate@example.com https://sns.eu-west-1.amazonaws.com/a.pem'
).split(' ');

const leaf = fc.oneof(fc.constantFrom(...WORDS), fc.jsonValue({ maxDepth: 1 }));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 12 }),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
}));
const line = fc.oneof(
  fc.constantFrom(
    'Content-Type: multipart/report; boundary="b"',
    '--b',
    '--b--',
    '',
    'Content-Type: message/delivery-status',
    'Content-Type: message/feedback-report',
    'Content-Type: text/html; charset=iso-2022-jp',
    'Content-Transfer-Encoding: base64',
    'Final-Recipient: rfc822; kate@example.com',
    'Action: failed',
    'Status: 5.1.1',
    'From: MAILER-DAEMON@example.com',
    '<kate@example.com>: host said: 550 no such user',
    '<style <title <a&lt;',
  ),
  fc.string({ unit: 'binary' }),
);
const body = fc.oneof(
  tree.map((value) => JSON.stringify(value) as string | undefined),
  fc.string({ unit: 'binary' }),
  fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n')),
  fc
    .dictionary(
      fc.constantFrom('MessageSid', 'MessageStatus', 'Body', 'From', 'To', 'ErrorCode', 'OptOutType'),
      fc.string(),
    )
    .map((form) => new URLSearchParams(form).toString()),
);
const header = fc.constantFrom(
  'x-twilio-signature',
  'x-hub-signature-256',
  'svix-id',
  'svix-timestamp',
  'svix-signature',
  'x-twilio-email-event-webhook-signature',
  'x-twilio-email-event-webhook-timestamp',
  'content-type',
);
const requests = fc
  .record({
    method: fc.constantFrom('GET' as const, 'POST' as const),
    headers: fc.dictionary(header, fc.oneof(fc.string(), fc.constantFrom('1700000000', 'application/json', 'v1,AAAA'))),
    query: fc.dictionary(
      fc.constantFrom('m', 't', 'bodySHA256', 'campaign_id', 'delivered_quantity', 'hub.mode'),
      fc.string(),
    ),
    body,
  })
  .map(({ query, body: text = '', ...rest }) =>
    callbackRequest({
      ...rest,
      body: text,
      url: `https://outbell.example.com/callbacks/vendor/1?${new URLSearchParams(query).toString()}`,
      receivedAt: new Date(1_700_000_000_000),
    }),
  );

async function thrownBy(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return null;
  } catch (error) {
    return error;
  }
}

describe.each(READERS)('%s', (_, reader) => {
  it('throws for nothing but what it cannot read', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        for (const act of [
          () => reader.verify(request, CREDENTIALS, OFFLINE),
          () => reader.read(request),
          () => reader.answer?.(request, CREDENTIALS, OFFLINE),
        ]) {
          const error = await thrownBy(act);
          if (error !== null) expect(error).toBeInstanceOf(UnreadableCallbackError);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['one character', 'a'.repeat(1_000_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['brackets', '['.repeat(1_000_000)],
    ['headers', `From: a@b.example\n\n${'<style>'.repeat(150_000)}`],
    ['markup', `Content-Type: text/html\nFrom: a@b.example\n\n${'<style<'.repeat(150_000)}`],
    ['dashes', `From: a@b.example\n\n${'-'.repeat(1_000_000)}`],
    ['at signs', `From: a@b.example\n\n${'a@'.repeat(500_000)}`],
    [
      'boundaries',
      `Content-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: message/rfc822\n\n'.repeat(30_000)}`,
    ],
  ])('is done soon with a megabyte of %s', async (__, text) => {
    const request = callbackRequest({ body: text });
    const begin = performance.now();
    await thrownBy(() => reader.verify(request, CREDENTIALS, OFFLINE));
    await thrownBy(() => reader.read(request));
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
