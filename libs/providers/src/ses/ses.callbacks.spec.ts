import type { DeliveryEvent } from '../callback.js';
import { describe, expect, it } from 'vitest';
import { sesCallbacks } from './ses.callbacks.js';
import { signedEnvelope, snsRequest } from '../aws/testing/sns-topic.js';

const ID = '0198c0de-0000-7000-8000-000000000001';
const MAIL = {
  timestamp: '2026-11-26T09:59:00.000Z',
  messageId: 'ses-1',
  destination: ['kate@example.com'],
  tags: { message_id: [ID], 'ses:configuration-set': ['outbell'] },
};

function read(event: object, MessageId = 'sns-1'): DeliveryEvent[] {
  return sesCallbacks.read(
    snsRequest(signedEnvelope({ MessageId, Message: JSON.stringify({ mail: MAIL, ...event }) })),
  );
}

function bounce(fields: object, recipient: object = {}): object {
  const bouncedRecipients = [{ emailAddress: 'kate@example.com', ...recipient }];
  return { eventType: 'Bounce', bounce: { feedbackId: 'f-1', bouncedRecipients, ...fields } };
}

describe('read', () => {
  it('carries both ids, when it was and to whom', () => {
    const delivery = { timestamp: '2026-11-26T10:00:00.000Z', recipients: ['kate@example.com'] };
    expect(read({ eventType: 'Delivery', delivery })).toEqual([
      {
        channel: 'email',
        kind: 'delivered',
        eventId: expect.any(String),
        at: new Date('2026-11-26T10:00:00.000Z'),
        messageId: ID,
        providerMessageId: 'ses-1',
        address: 'kate@example.com',
      },
    ]);
  });

  it('finds our id in the headers where there are no tags', () => {
    const headers = [{ name: 'Message-ID', value: `<${ID}@example.com>` }];
    const mail = { messageId: 'ses-1', destination: ['kate@example.com'], headers };
    expect(read({ notificationType: 'Delivery', mail, delivery: { recipients: ['kate@example.com'] } })).toMatchObject([
      { messageId: ID, kind: 'delivered' },
    ]);
  });

  it.each([
    [{ eventType: 'Send', send: {} }, { kind: 'sent' }],
    [
      { eventType: 'Reject', reject: { reason: 'Bad content' } },
      { kind: 'failed', reason: 'content_rejected' },
    ],
    [
      { eventType: 'Rendering Failure', failure: {} },
      { kind: 'failed', reason: 'rendering_failed' },
    ],
    [{ eventType: 'Open', open: {} }, { kind: 'opened' }],
    [{ eventType: 'Click', click: { link: 'https://example.com' } }, { kind: 'clicked' }],
    [
      {
        eventType: 'DeliveryDelay',
        deliveryDelay: { delayType: 'MailboxFull', delayedRecipients: [{ emailAddress: 'kate@example.com' }] },
      },
      { kind: 'deferred', reason: 'mailbox_full' },
    ],
    [
      { eventType: 'Subscription', subscription: { newTopicPreferences: { unsubscribeAll: true } } },
      { kind: 'unsubscribed', suppress: 'unsubscribe' },
    ],
    [
      {
        eventType: 'Subscription',
        subscription: { newTopicPreferences: { topicSubscriptionStatus: [{ subscriptionStatus: 'OptOut' }] } },
      },
      { kind: 'unsubscribed', suppress: 'unsubscribe', suppressScope: 'topic' },
    ],
    [
      { eventType: 'Complaint', complaint: { complainedRecipients: [{ emailAddress: 'kate@example.com' }] } },
      { kind: 'complained', suppress: 'complaint' },
    ],
    [
      {
        eventType: 'Complaint',
        complaint: {
          complaintSubType: 'OnAccountSuppressionList',
          complainedRecipients: [{ emailAddress: 'kate@example.com' }],
        },
      },
      { kind: 'failed', reason: 'suppressed_by_vendor', suppress: 'complaint' },
    ],
    [
      bounce({ bounceType: 'Permanent', bounceSubType: 'NoEmail' }),
      { kind: 'bounced', reason: 'bad_address', suppress: 'invalid' },
    ],
    [
      bounce({ bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' }),
      { kind: 'failed', reason: 'suppressed_by_vendor', suppress: 'bounce' },
    ],
    [
      bounce(
        { bounceType: 'Permanent', bounceSubType: 'General' },
        { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 <kate@example.com>... user unknown' },
      ),
      {
        kind: 'bounced',
        reason: 'bad_address',
        suppress: 'invalid',
        detail: { status: '5.1.1', reply: 'smtp; 550 5.1.1 <[removed]>... user unknown' },
      },
    ],
    [
      bounce(
        { bounceType: 'Permanent', bounceSubType: 'General' },
        { status: '5.7.1', diagnosticCode: 'smtp; 550 5.7.1 blocked using zen.spamhaus.org' },
      ),
      { kind: 'bounced', reason: 'sender_blocked', pausesSender: true },
    ],
    [bounce({ bounceType: 'Permanent', bounceSubType: 'General' }), { kind: 'bounced', suppress: 'bounce' }],
  ])('reads %j', (event, evidence) => {
    const [read1, ...rest] = read(event) as [DeliveryEvent, ...DeliveryEvent[]];
    expect(read1).toMatchObject({ ...evidence, address: 'kate@example.com', messageId: ID });
    expect(rest).toEqual([]);
    expect({ suppress: undefined, pausesSender: undefined, ...evidence }).toMatchObject({
      suppress: read1.suppress,
      pausesSender: read1.pausesSender,
    });
  });

  it.each(['General', 'MailboxFull', 'ContentRejected'])(
    'suppresses nobody for a transient bounce: %s',
    (bounceSubType) => {
      const unknown = { status: '5.1.1', diagnosticCode: 'user unknown' };
      for (const bounceType of ['Transient']) {
        expect(read(bounce({ bounceType, bounceSubType }, unknown))[0]?.suppress).toBeUndefined();
      }
    },
  );

  it('tells of each recipient, and of each once', () => {
    const recipients = ['kate@example.com', 'bob@example.com'];
    const delivery = { timestamp: '2026-11-26T10:00:00.000Z', recipients };
    const told = read({ eventType: 'Delivery', delivery }) as { eventId: string; address: string }[];
    expect(told.map(({ address }) => address)).toEqual(recipients);
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(2);
    expect(read({ eventType: 'Delivery', delivery }, 'sns-2')).toEqual(told);
  });

  it('passes over "not spam", what it does not know and what SES says of itself', () => {
    const complainedRecipients = [{ emailAddress: 'kate@example.com' }];
    const complaint = { complaintFeedbackType: 'not-spam', complainedRecipients };
    expect(read({ eventType: 'Complaint', complaint })).toEqual([]);
    expect(read({ eventType: 'valueOf' })).toEqual([]);
    const Message = 'Successfully validated SNS topic for Amazon SES event publishing.';
    expect(sesCallbacks.read(snsRequest(signedEnvelope({ Message })))).toEqual([]);
  });
});
