import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UnreadableCallbackError } from '../callback.js';
import { callbackRequest, OFFLINE } from '../callbacks/testing/callback-request.js';
import { twilioCallbacks } from './twilio.callbacks.js';

/** Published with Twilio's helper library (spec/validation.spec.js), of its documentation's example. */
const TOKEN = '12345';
const URL_OF_EXAMPLE = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const PARAMETERS = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};
const SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
const JSON_BODY = '{"property": "value", "boolean": true}';
const JSON_URL = `${URL_OF_EXAMPLE}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`;
const ID = '0198c0de-0000-7000-8000-000000000001';

function form(fields: Record<string, string | string[]>): string {
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  ).toString();
}

function verified(url: string, body: string, signature: string, credentials: object = {}): Promise<boolean> {
  const request = callbackRequest({ url, body, headers: { 'x-twilio-signature': signature } });
  return twilioCallbacks.verify(request, { auth_token: TOKEN, ...credentials }, OFFLINE);
}

describe('verify', () => {
  it.each([
    ['a form', URL_OF_EXAMPLE, form(PARAMETERS), SIGNATURE],
    ['a port that was not signed', URL_OF_EXAMPLE.replace('.com', '.com:1234'), form(PARAMETERS), SIGNATURE],
    ['a port that was', URL_OF_EXAMPLE, form(PARAMETERS), 'kvajT1Ptam85bY51eRf/AJRuM3w='],
    [
      'a port over http',
      URL_OF_EXAMPLE.replace('https', 'http').replace('.com', '.com:1234'),
      form(PARAMETERS),
      'Zmvh+3yNM1Phv2jhDCwEM3q5ebU=',
    ],
    [
      'http, with its port signed',
      URL_OF_EXAMPLE.replace('https', 'http'),
      form(PARAMETERS),
      '0ZXoZLH/DfblKGATFgpif+LLRf4=',
    ],
    [
      'a user in the URL',
      URL_OF_EXAMPLE.replace('//', '//user:pass@'),
      form(PARAMETERS),
      'CukzLTc1tT5dXEDIHm/tKBanW10=',
    ],
    [
      'an apostrophe in the URL',
      `${URL_OF_EXAMPLE}&Body=It's+amazing`,
      form(PARAMETERS),
      'TfZzewPq8wqrGlMfyAud8+/IvJ0=',
    ],
    [
      'a list',
      URL_OF_EXAMPLE,
      form({ 'MessagingBinding.Address': ['+1415xxxxxxx', '+1325xxxxxxx'] }),
      '83O6e2vORAoJHUNzJjDWN1jz+BA=',
    ],
    [
      'a list among others',
      URL_OF_EXAMPLE,
      form({ Sid: 'CA123', SidAccount: 'AC123', Digits: ['5678', '1234', '1234'] }),
      'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
    ],
    ['JSON', JSON_URL, JSON_BODY, 'a9nBmqA0ju/hNViExpshrM61xv4='],
    [
      'JSON and nothing else in the URL',
      `https://mycompany.com/myapp.php?${JSON_URL.split('&').at(-1) ?? ''}`,
      JSON_BODY,
      'y77kIzt2vzLz71DgmJGsen2scGs=',
    ],
  ])('accepts what Twilio published: %s', async (_, url, body, signature) => {
    expect(await verified(url, body, signature)).toBe(true);
    expect(await verified(url, body, signature, { auth_token: 'another' })).toBe(false);
    expect(await verified(`${url}&more=1`, body, signature)).toBe(false);
    expect(await verified(url, `${body} `, signature)).toBe(false);
    expect(await verified(url, body, signature.toLowerCase())).toBe(false);
  });

  it('accepts a former token while it is being exchanged', async () => {
    const credentials = { auth_token: 'new', former_auth_tokens: ['older', TOKEN] };
    expect(await verified(URL_OF_EXAMPLE, form(PARAMETERS), SIGNATURE, credentials)).toBe(true);
  });

  it('refuses a body whose hash is in the URL but which is another', async () => {
    expect(await verified(JSON_URL, '{"property":"value","boolean":true}', 'a9nBmqA0ju/hNViExpshrM61xv4=')).toBe(false);
  });

  it('refuses a request without a signature', async () => {
    const request = callbackRequest({ url: URL_OF_EXAMPLE, body: form(PARAMETERS) });
    expect(await twilioCallbacks.verify(request, { auth_token: TOKEN }, OFFLINE)).toBe(false);
  });

  it('signs a GET by its URL alone', async () => {
    const signature = createHmac('sha1', TOKEN).update(URL_OF_EXAMPLE).digest('base64');
    const request = callbackRequest({
      method: 'GET',
      url: URL_OF_EXAMPLE,
      headers: { 'x-twilio-signature': signature },
    });
    expect(await twilioCallbacks.verify(request, { auth_token: TOKEN }, OFFLINE)).toBe(true);
  });
});

function read(fields: Record<string, string>): object[] {
  const url = `https://outbell.example.com/callbacks/twilio/1?m=${ID}`;
  return twilioCallbacks.read(callbackRequest({ url, body: form({ MessageSid: 'SM1', ...fields }) }));
}

describe('read', () => {
  it('carries our id out of the URL, and the channel of the address', () => {
    expect(read({ MessageStatus: 'delivered', To: '+33612345678' })).toEqual([
      expect.objectContaining({
        channel: 'sms',
        kind: 'delivered',
        at: null,
        messageId: ID,
        providerMessageId: 'SM1',
        address: '+33612345678',
        detail: { status: 'delivered' },
      }),
    ]);
    expect(read({ MessageStatus: 'read', To: 'whatsapp:+33612345678' })).toMatchObject([
      { channel: 'whatsapp', kind: 'opened', address: '+33612345678' },
    ]);
  });

  it.each([
    ['30003', { reason: 'handset_unreachable' }],
    ['30005', { reason: 'bad_address', suppress: 'invalid' }],
    ['30006', { reason: 'undelivered' }],
    ['30007', { reason: 'carrier_filtered' }],
    ['21610', { reason: 'recipient_opted_out', suppress: 'unsubscribe' }],
    ['63016', { reason: 'template_required' }],
    ['63051', { reason: 'account_locked', pausesSender: true }],
    ['99999', { reason: 'undelivered' }],
  ])('reads the error %s', (ErrorCode, meaning) => {
    for (const MessageStatus of ['undelivered', 'failed']) {
      const [evidence] = read({ MessageStatus, ErrorCode, To: '+33612345678' });
      expect(evidence).toMatchObject({ kind: 'failed', ...meaning, detail: { code: ErrorCode } });
      if (!('suppress' in meaning)) expect(evidence).not.toHaveProperty('suppress');
    }
  });

  it('tells each status once', () => {
    const ids = ['sent', 'delivered', 'sent'].map(
      (MessageStatus) => (read({ MessageStatus })[0] as { eventId: string }).eventId,
    );
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each([
    ['STOP by its words', { Body: ' Stop. ' }],
    ['STOP as Twilio says', { Body: 'leave me alone', OptOutType: 'STOP' }],
  ])('unsubscribes who says %s', (_, fields) => {
    const unsubscribed = { kind: 'unsubscribed', suppress: 'unsubscribe', address: '+33612345678' };
    expect(read({ SmsStatus: 'received', From: '+33612345678', ...fields })).toMatchObject([
      { ...unsubscribed, channel: 'sms' },
    ]);
    expect(read({ SmsStatus: 'received', From: 'whatsapp:+33612345678', ...fields })).toMatchObject([
      { ...unsubscribed, channel: 'whatsapp' },
    ]);
  });

  it.each([{ Body: 'stop by at five' }, { Body: 'STOP', OptOutType: 'HELP' }, { Body: '' }])(
    'has nothing to say of %j',
    (fields) => {
      expect(read({ SmsStatus: 'received', From: '+33612345678', ...fields })).toEqual([]);
    },
  );

  it.each([{ Body: 'START' }, { Body: 'JOIN', OptOutType: 'START' }])(
    'takes %j for a wish to be written to',
    (fields) => {
      const [told] = read({ SmsStatus: 'received', From: '+33612345678', To: '+33698765432', ...fields });
      const facts = { address: '+33612345678', writtenTo: '+33698765432', reason: 'recipient_said_start' };
      expect(told).toMatchObject({ channel: 'sms', kind: 'resubscribed', at: null, ...facts });
      expect(told).not.toHaveProperty('suppress');
    },
  );

  it('keeps a STOP whose writer it cannot read, under what Twilio wrote', () => {
    const stop = { SmsStatus: 'received', Body: 'STOP', To: '+33698765432' };
    expect(read({ ...stop, From: 'whatsapp:US.13491208655302741918' })).toMatchObject([
      { channel: 'whatsapp', kind: 'unsubscribed', vendorId: 'whatsapp:US.13491208655302741918' },
    ]);
    expect(read({ ...stop, From: 'whatsapp:', WaId: '5215512345678' })).toMatchObject([{ address: '+5215512345678' }]);
    expect(read(stop)).toMatchObject([{ kind: 'unsubscribed', suppress: 'unsubscribe' }]);
  });

  it('passes over what is on its way, and refuses what is no message', () => {
    expect(read({ MessageStatus: 'queued' })).toEqual([]);
    expect(() => twilioCallbacks.read(callbackRequest({ body: 'CallSid=CA1' }))).toThrow(UnreadableCallbackError);
    expect(() => read({ MessageStatus: 'odd' })).toThrow(UnreadableCallbackError);
  });
});
