import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UnreadableCallbackError } from '../callback.js';
import { callbackRequest, OFFLINE } from '../callbacks/testing/callback-request.js';
import { whatsAppCloudCallbacks as reader } from './whatsapp-cloud.callbacks.js';

const ID = '0198c0de-0000-7000-8000-000000000001';
const BODY = '{"object":"whatsapp_business_account","entry":[]}';

function signature(secret: string, body = BODY): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

describe('verify', () => {
  const verified = (header: string | undefined, body = BODY, secrets: string[] = ['old', 'new']) =>
    reader.verify(
      callbackRequest({ body, headers: header === undefined ? {} : { 'x-hub-signature-256': header } }),
      { app_secrets: secrets },
      OFFLINE,
    );

  it('accepts what was signed with any of the secrets', async () => {
    expect(await verified(signature('old'))).toBe(true);
    expect(await verified(signature('new'))).toBe(true);
  });

  it('refuses all else', async () => {
    expect(await verified(signature('another'))).toBe(false);
    expect(await verified(signature('new'), `${BODY} `)).toBe(false);
    expect(await verified(signature('new').replace('sha256=', 'sha1='))).toBe(false);
    expect(await verified(signature(''), BODY, [''])).toBe(false);
    expect(await verified('')).toBe(false);
    expect(await verified(undefined)).toBe(false);
    expect(await verified(signature('new'), BODY, [])).toBe(false);
  });
});

describe('answer', () => {
  const answer = (query: string, token = 'tok') =>
    reader.answer?.(
      callbackRequest({ method: 'GET', url: `https://outbell.example.com/callbacks/whatsapp-cloud/1?${query}` }),
      { verify_token: token },
      OFFLINE,
    );

  it('sends the challenge back to who knows the token', async () => {
    expect(await answer('hub.mode=subscribe&hub.verify_token=tok&hub.challenge=1158201444')).toEqual({
      status: 200,
      body: '1158201444',
    });
  });

  it.each([
    ['hub.mode=subscribe&hub.verify_token=another&hub.challenge=1'],
    ['hub.mode=unsubscribe&hub.verify_token=tok&hub.challenge=1'],
    ['hub.mode=subscribe&hub.verify_token=tok&hub.challenge=<script>'],
    ['hub.mode=subscribe&hub.verify_token=tok'],
    [''],
  ])('refuses %s', async (query) => {
    expect(await answer(query)).toEqual({ status: 403, body: '' });
  });

  it('refuses every challenge while no token is set', async () => {
    const query = 'hub.mode=subscribe&hub.verify_token=&hub.challenge=1';
    expect(await answer(query, '')).toEqual({ status: 403, body: '' });
    expect(await reader.answer?.(callbackRequest({ method: 'GET' }), {}, OFFLINE)).toEqual({ status: 403, body: '' });
  });

  it('leaves a POST to be read', async () => {
    expect(await reader.answer?.(callbackRequest({ body: BODY }), {}, OFFLINE)).toBeNull();
  });
});

function read(value: object, credentials = {}): object[] {
  const body = { object: 'whatsapp_business_account', entry: [{ changes: [{ field: 'messages', value }] }] };
  return reader.read(callbackRequest({ body }), credentials);
}

describe('read', () => {
  const status = { id: 'wamid.1', timestamp: '1700000000', recipient_id: '33612345678', biz_opaque_callback_data: ID };

  it('reads statuses', () => {
    expect(read({ statuses: [{ ...status, status: 'delivered' }] })).toEqual([
      {
        channel: 'whatsapp',
        kind: 'delivered',
        eventId: expect.any(String),
        at: new Date(1_700_000_000_000),
        messageId: ID,
        providerMessageId: 'wamid.1',
        address: '+33612345678',
      },
    ]);
    const kinds = ['sent', 'read', 'failed', 'odd'].map((name) => ({ ...status, status: name }));
    expect(read({ statuses: kinds })).toMatchObject([{ kind: 'sent' }, { kind: 'opened' }, { kind: 'failed' }]);
  });

  it.each([
    [131050, { reason: 'recipient_opted_out', suppress: 'unsubscribe', suppressScope: 'bulk' }],
    [131048, { reason: 'vendor_rate_limited', pausesSender: true }],
    [131031, { reason: 'account_locked', pausesSender: true }],
    [131026, { reason: 'undelivered' }],
    [1, { reason: 'undelivered' }],
  ])('reads the error %s', (code, meaning) => {
    const title = 'Message to 33612345678 undeliverable';
    const [evidence] = read({ statuses: [{ ...status, status: 'failed', errors: [{ code, title }] }] });
    expect(evidence).toMatchObject({ kind: 'failed', ...meaning, detail: { code: String(code) } });
  });

  it('unsubscribes who says STOP, by text, by button or in the settings', () => {
    const from = { id: 'wamid.2', from: '33612345678', timestamp: '1700000000' };
    const unsubscribed = { kind: 'unsubscribed', suppress: 'unsubscribe', address: '+33612345678' };
    expect(read({ messages: [{ ...from, type: 'text', text: { body: 'Arrêt' } }] })).toMatchObject([unsubscribed]);
    expect(read({ messages: [{ ...from, type: 'button', button: { text: 'STOP' } }] })).toMatchObject([unsubscribed]);
    expect(read({ messages: [{ ...from, type: 'text', text: { body: 'hello' } }] })).toEqual([]);
    const preference = { wa_id: '33612345678', category: 'marketing_messages', timestamp: '1700000000' };
    expect(read({ user_preferences: [{ ...preference, value: 'stop' }] })).toMatchObject([
      { ...unsubscribed, suppressScope: 'bulk' },
    ]);
    expect(read({ user_preferences: [{ ...preference, value: 'odd' }] })).toEqual([]);
    const button = { type: 'button_reply', button_reply: { id: '1', title: 'Stop promotions' } };
    expect(read({ messages: [{ ...from, type: 'interactive', interactive: button }] })).toMatchObject([unsubscribed]);
  });

  it('hears who wants messages again, by text or in the settings', () => {
    const from = { id: 'wamid.2', from: '33612345678', timestamp: '1700000000' };
    const resubscribed = { kind: 'resubscribed', address: '+33612345678', at: new Date(1_700_000_000_000) };
    expect(read({ messages: [{ ...from, type: 'text', text: { body: 'START' } }] })).toMatchObject([resubscribed]);
    const preference = {
      wa_id: '33612345678',
      category: 'marketing_messages',
      timestamp: '1700000000',
      value: 'resume',
    };
    expect(read({ user_preferences: [preference] })).toMatchObject([resubscribed]);
  });

  it('names who hides the number by the user id, in receipts too', () => {
    const stop = { id: 'wamid.2', from_user_id: 'US.134912', timestamp: '1700000000', text: { body: 'STOP' } };
    expect(read({ messages: [stop] })).toMatchObject([{ kind: 'unsubscribed', vendorId: 'US.134912' }]);
    const status = { id: 'wamid.1', status: 'sent', timestamp: '1700000000', recipient_user_id: 'US.134912' };
    expect(read({ statuses: [status] })).toMatchObject([{ kind: 'sent', vendorId: 'US.134912' }]);
  });

  it('leaves out what is about another number of the app', () => {
    const about = (id?: string) => ({
      ...(id !== undefined && { metadata: { display_phone_number: '15550100', phone_number_id: id } }),
      messages: [{ id: 'wamid.3', from: '33612345678', timestamp: '1700000000', text: { body: 'STOP' } }],
    });
    const ours = { phone_number_id: '106540352242922' };
    expect(read(about('106540352242922'), ours)).toHaveLength(1);
    expect(read(about('106540352242923'), ours)).toEqual([]);
    expect(read(about(), ours)).toHaveLength(1);
  });

  it('refuses what is about something else', () => {
    expect(() => reader.read(callbackRequest({ body: { object: 'page' } }))).toThrow(UnreadableCallbackError);
  });
});
