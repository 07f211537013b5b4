import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeliveryEvent } from '../callback.js';
import { sendGridCallbacks } from './sendgrid.callbacks.js';
import { callbackRequest, OFFLINE } from '../callbacks/testing/callback-request.js';

/** Published with SendGrid's own helper library (packages/eventwebhook/src/eventwebhook.spec.js). */
const PUBLISHED = {
  key:
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaIN' +
    'XvVpiglSI8eNEc6wEA3F+g==',
  signature: 'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
  timestamp: '1600112502',
  body: `${JSON.stringify([
    {
      email: 'hello@world.com',
      event: 'dropped',
      reason: 'Bounced Address',
      sg_event_id: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
      sg_message_id: 'LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0',
      'smtp-id': '<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>',
      timestamp: 1600112492,
    },
  ])}\r\n`,
};
const OTHER_KEY =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqTxd43gyp8IOEto2LdIfjRQrIbsd4SXZkLW6jDutdhXSJCWHw8REntlo7aNDthvj' +
  '+y7GjUuFDb/R1NGe1OPzpA==';
const ID = '0198c0de-0000-7000-8000-000000000001';

interface Altered {
  keys?: string[];
  signature?: string;
  timestamp?: string;
  body?: string;
  receivedAt?: Date;
}

function verified({
  keys = [PUBLISHED.key],
  signature = PUBLISHED.signature,
  timestamp = PUBLISHED.timestamp,
  body = PUBLISHED.body,
  receivedAt = new Date(1_600_112_502_000),
}: Altered): Promise<boolean> {
  const headers = {
    'x-twilio-email-event-webhook-signature': signature,
    'x-twilio-email-event-webhook-timestamp': timestamp,
  };
  const request = callbackRequest({ headers, body, receivedAt });
  return sendGridCallbacks.verify(request, { webhook_public_keys: keys }, OFFLINE);
}

describe('verify', () => {
  it('accepts what SendGrid published, under either key of two', async () => {
    expect(await verified({})).toBe(true);
    expect(await verified({ keys: [OTHER_KEY, PUBLISHED.key] })).toBe(true);
  });

  it.each([
    ['another key', { keys: [OTHER_KEY] }],
    ['no key', { keys: [] }],
    ['a key that is none', { keys: ['', 'not a key', 'AAAA'] }],
    ['another body', { body: PUBLISHED.body.replace('hello', 'hallo') }],
    ['the body written anew', { body: PUBLISHED.body.trimEnd() }],
    ['another time', { timestamp: '1600112503' }],
    ['no time', { timestamp: 'timestamp' }],
    ['another signature', { signature: `${PUBLISHED.signature.slice(0, -4)}AAA=` }],
    ['a signature that is none', { signature: '' }],
    ['six minutes later', { receivedAt: new Date(1_600_112_502_000 + 6 * 60_000) }],
    ['six minutes earlier', { receivedAt: new Date(1_600_112_502_000 - 6 * 60_000) }],
  ] as [string, Altered][])('refuses %s', async (_, altered) => {
    expect(await verified(altered)).toBe(false);
  });

  it('refuses a key of another kind, though its signature is good', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const signature = sign('sha256', Buffer.from(PUBLISHED.timestamp + PUBLISHED.body), privateKey).toString('base64');
    expect(await verified({ keys: [key], signature })).toBe(false);
  });
});

function read(event: object): DeliveryEvent[] {
  return sendGridCallbacks.read(callbackRequest({ body: [{ email: 'kate@example.com', ...event }] }));
}

describe('read', () => {
  it('carries our id, theirs without the machine that filtered it, when it was and to whom', () => {
    const timestamp = 1_600_112_492;
    expect(
      read({ event: 'delivered', message_id: ID, sg_event_id: 'e1', sg_message_id: 'abc.filter-1.0', timestamp }),
    ).toEqual([
      {
        channel: 'email',
        kind: 'delivered',
        eventId: 'e1',
        factId: expect.stringMatching(/^[\w-]{32}$/) as string,
        at: new Date('2020-09-14T19:41:32Z'),
        messageId: ID,
        providerMessageId: 'abc',
        address: 'kate@example.com',
      },
    ]);
  });

  it.each([
    [{ event: 'processed' }, { kind: 'sent' }],
    [
      { event: 'deferred', response: '451 later' },
      { kind: 'deferred', detail: { reply: '451 later' } },
    ],
    [
      { event: 'bounce', type: 'bounce', status: '5.1.1', reason: '550 5.1.1 <kate@example.com>: user unknown' },
      {
        kind: 'bounced',
        reason: 'bad_address',
        suppress: 'invalid',
        detail: { type: 'bounce', status: '5.1.1', reply: '550 5.1.1 <[removed]>: user unknown' },
      },
    ],
    [
      { event: 'bounce', type: 'bounce', status: '5.7.1', reason: '550 5.7.1 blocked using zen.spamhaus.org' },
      { kind: 'bounced', reason: 'sender_blocked', pausesSender: true },
    ],
    [
      { event: 'bounce', type: 'bounce', reason: 'odd' },
      { kind: 'bounced', reason: 'undelivered', suppress: 'bounce' },
    ],
    [
      { event: 'dropped', reason: 'Bounced Address' },
      { kind: 'failed', suppress: 'bounce' },
    ],
    [
      { event: 'dropped', reason: 'Unsubscribed Address' },
      { kind: 'failed', suppress: 'unsubscribe' },
    ],
    [
      { event: 'dropped', reason: 'Spam Reporting Address' },
      { kind: 'failed', suppress: 'complaint' },
    ],
    [
      { event: 'dropped', reason: 'Invalid' },
      { kind: 'failed', reason: 'bad_address', suppress: 'invalid' },
    ],
    [{ event: 'spamreport' }, { kind: 'complained', suppress: 'complaint' }],
    [{ event: 'unsubscribe' }, { kind: 'unsubscribed', suppress: 'unsubscribe' }],
    [{ event: 'group_unsubscribe' }, { kind: 'unsubscribed', suppress: 'unsubscribe', suppressScope: 'topic' }],
    [{ event: 'open' }, { kind: 'opened' }],
    [{ event: 'click' }, { kind: 'clicked' }],
  ])('reads %j', (event, evidence) => {
    expect(read(event)).toMatchObject([evidence]);
  });

  it('suppresses nobody who was blocked, nor for a full mailbox', () => {
    const full = '552 5.2.2 The email account that you tried to reach is over quota';
    for (const type of ['blocked', 'bounce']) {
      const [evidence] = read({ event: 'bounce', type, status: '5.2.2', reason: full });
      expect(evidence).toMatchObject({ kind: 'bounced', reason: 'mailbox_full' });
      expect(evidence?.suppress).toBeUndefined();
    }
    expect(read({ event: 'bounce', type: 'blocked', reason: '550 5.1.1 user unknown' })[0]?.suppress).toBeUndefined();
  });

  it('counts the same fact once, with an id of theirs or without', () => {
    const open = { event: 'open', message_id: ID, timestamp: 1 };
    expect(read(open)).toEqual(read(open));
    expect(read(open)).not.toEqual(read({ ...open, timestamp: 2 }));
    const [one, again, later] = [
      { ...open, sg_event_id: 'e1' },
      { ...open, sg_event_id: 'e2' },
      { ...open, sg_event_id: 'e1', timestamp: 2 },
    ].map((event) => read(event)[0] as DeliveryEvent);
    expect([one?.eventId, again?.eventId, later?.eventId]).toEqual(['e1', 'e2', 'e1']);
    expect(again?.factId).toBe(one?.factId);
    expect(later?.factId).not.toBe(one?.factId);
    // Of no message, or at no time, it may be another one.
    for (const event of [{ timestamp: 1 }, { message_id: ID }])
      expect(read({ event: 'open', sg_event_id: 'e1', ...event })[0]?.factId).toBeUndefined();
  });

  it('suppresses nobody for a bounce of now that it does not explain', () => {
    const [evidence] = read({ event: 'bounce', type: 'bounce', status: '4.0.0', reason: 'odd' });
    expect(evidence).toMatchObject({ kind: 'bounced', reason: 'undelivered' });
    expect(evidence?.suppress).toBeUndefined();
  });

  it('keeps no address that a server quotes, nor what stands before its @', () => {
    const reason = '550 <kate@example.com> mailbox Kate of kate=example.com is gone';
    const [{ detail }] = read({ event: 'bounce', type: 'bounce', reason }) as unknown as [
      { detail: { reply: string } },
    ];
    expect(detail.reply).toBe('550 <[removed]> mailbox [removed] of [removed]=example.com is gone');
  });

  it('reads the events beside what is none', () => {
    const body = [null, 1, 'x', [], { event: 'open', email: 'kate@example.com', message_id: ID }];
    expect(sendGridCallbacks.read(callbackRequest({ body }))).toMatchObject([{ kind: 'opened' }]);
  });

  it('passes over what it does not know', () => {
    expect(read({ event: 'group_resubscribe' })).toEqual([]);
    expect(read({ event: 'constructor' })).toEqual([]);
    expect(read({})).toEqual([]);
  });
});
