import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { resendCallbacks } from './resend.callbacks.js';
import { callbackRequest, OFFLINE } from '../callbacks/testing/callback-request.js';

/** Published with Svix's and Standard Webhooks' libraries ("sign function works"). */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SIGNED = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  body: '{"test": 2432232314}',
};
const THEN = 1_614_265_330_000;
const ID = '0198c0de-0000-7000-8000-000000000001';

interface Altered extends Partial<typeof SIGNED> {
  secrets?: string[];
  prefix?: string;
  receivedAt?: Date;
}

function verified({ secrets = [SECRET], prefix = 'svix', receivedAt = new Date(THEN), ...altered }: Altered) {
  const { id, timestamp, signature, body } = { ...SIGNED, ...altered };
  const headers = { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: timestamp, [`${prefix}-signature`]: signature };
  return resendCallbacks.verify(callbackRequest({ headers, body, receivedAt }), { webhook_secrets: secrets }, OFFLINE);
}

describe('verify', () => {
  it('accepts what Svix published, under any of several secrets and signatures', async () => {
    expect(await verified({})).toBe(true);
    expect(await verified({ prefix: 'webhook' })).toBe(true);
    expect(await verified({ secrets: [SECRET.replace('whsec_', '')] })).toBe(true);
    expect(await verified({ secrets: ['whsec_AAAA', SECRET] })).toBe(true);
    expect(await verified({ signature: `v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= ${SIGNED.signature}` })).toBe(
      true,
    );
  });

  it('accepts what the library of Standard Webhooks signs', async () => {
    const body = '{"type":"email.sent","text":"Grüße"}';
    const signature = new Webhook(SECRET).sign('msg_1', new Date(THEN), body);
    expect(await verified({ id: 'msg_1', signature, body })).toBe(true);
  });

  it.each([
    ['another secret', { secrets: ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] }],
    ['no secret', { secrets: [] }],
    ['an empty secret', { secrets: ['whsec_', ''] }],
    ['another id', { id: 'msg_2' }],
    ['another time', { timestamp: '1614265331' }],
    ['a time that is none', { timestamp: '1614265330 ' }],
    ['the body written anew', { body: '{"test":2432232314}' }],
    ['another version', { signature: SIGNED.signature.replace('v1', 'v2') }],
    ['a signature cut short', { signature: SIGNED.signature.slice(0, -2) }],
    ['no signature', { signature: '' }],
    ['six minutes later', { receivedAt: new Date(THEN + 6 * 60_000) }],
    ['six minutes earlier', { receivedAt: new Date(THEN - 6 * 60_000) }],
  ] as [string, Altered][])('refuses %s', async (_, altered) => {
    expect(await verified(altered)).toBe(false);
  });
});

function read(type: string, data: object = {}): object[] {
  const body = {
    type,
    created_at: '2026-11-22T23:41:12.126Z',
    data: { email_id: 'e-1', to: ['kate@example.com'], ...data },
  };
  return resendCallbacks.read(callbackRequest({ headers: { 'svix-id': 'msg_1' }, body }));
}

describe('read', () => {
  it('carries both ids, in whichever form the tags come back', () => {
    const evidence = {
      channel: 'email',
      kind: 'delivered',
      eventId: 'msg_1',
      at: new Date('2026-11-22T23:41:12.126Z'),
      messageId: ID,
      providerMessageId: 'e-1',
      address: 'kate@example.com',
    };
    expect(read('email.delivered', { tags: { message_id: ID } })).toEqual([evidence]);
    expect(read('email.delivered', { tags: [{ name: 'message_id', value: ID }] })).toEqual([evidence]);
  });

  it.each([
    ['email.sent', {}, { kind: 'sent' }],
    ['email.delivery_delayed', {}, { kind: 'deferred' }],
    ['email.complained', {}, { kind: 'complained', suppress: 'complaint' }],
    ['email.opened', {}, { kind: 'opened' }],
    ['email.clicked', {}, { kind: 'clicked' }],
    ['email.failed', { failed: { reason: 'reached_daily_quota' } }, { kind: 'failed', reason: 'refused' }],
    ['email.suppressed', {}, { kind: 'failed', suppress: 'bounce' }],
    [
      'email.bounced',
      { bounce: { type: 'Permanent', subType: 'Suppressed', message: 'kate@example.com is on the list' } },
      { kind: 'failed', suppress: 'bounce', detail: { subtype: 'Suppressed', reply: '[removed] is on the list' } },
    ],
    [
      'email.bounced',
      { bounce: { type: 'Permanent', subType: 'General', diagnosticCode: ['smtp; 550 5.1.1 user unknown'] } },
      { kind: 'bounced', reason: 'bad_address', suppress: 'invalid' },
    ],
  ])('reads %s %j', (type, data, evidence) => {
    expect(read(type, data)).toMatchObject([evidence]);
  });

  it('suppresses nobody for a bounce that passes', () => {
    const [evidence] = read('email.bounced', { bounce: { type: 'Transient', subType: 'MailboxFull' } });
    expect(evidence).toMatchObject({ kind: 'bounced', reason: 'mailbox_full' });
    expect(evidence).not.toHaveProperty('suppress');
  });

  it('passes over what is no email of ours', () => {
    expect(read('contact.created')).toEqual([]);
    expect(read('toString')).toEqual([]);
  });
});
