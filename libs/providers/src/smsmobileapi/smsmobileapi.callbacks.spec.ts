import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { smsMobileApiCallbacks } from './smsmobileapi.callbacks.js';
import { callbackRequest, OFFLINE } from '../callbacks/testing/callback-request.js';

const SECRET = 'a-signing-secret';
const NEXT = 'the-secret-after-it';
const AT = '1790164801';
const THEN = new Date(Number(AT) * 1_000);

/** The envelope and the received message are those of the vendor's own examples. */
const RECEIVED = {
  id: '8e9a1207-e3a4-4550-a4af-3dad6cff5108',
  type: 'sms.received',
  api_version: '2026-09-22',
  created_at: '2026-09-23T12:00:01Z',
  occurred_at: '2026-09-23T12:00:00Z',
  data: {
    guid: 'SMS-GUID-1001',
    from: '+15551234567',
    message: 'Can you call me back?',
    received_at: '2026-09-23T12:00:00Z',
    alias: 'Taylor',
    device_id: 'office-phone-1',
  },
};
const BODY = JSON.stringify(RECEIVED);

function signature(secret: string, timestamp = AT, body = BODY): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

function signed(signature: string, next?: string, timestamp = AT): Record<string, string> {
  return {
    'x-smsmobileapi-timestamp': timestamp,
    'x-smsmobileapi-signature': signature,
    ...(next !== undefined && { 'x-smsmobileapi-signature-next': next }),
  };
}

function verified(headers: Record<string, string>, secrets = [SECRET], body = BODY, late = 0) {
  const receivedAt = new Date(THEN.getTime() + late);
  return smsMobileApiCallbacks.verify(
    callbackRequest({ headers, body, receivedAt }),
    { webhook_secrets: secrets },
    OFFLINE,
  );
}

function read(event: object) {
  return smsMobileApiCallbacks.read(callbackRequest({ body: JSON.stringify(event) }));
}

describe('verify', () => {
  it('accepts what was signed with one of the secrets, the present or the next', async () => {
    // Computed apart: printf '%s' '1790164801.{}' | openssl dgst -sha256 -hmac a-signing-secret
    expect(
      await verified(signed('v1=2f460c361cb100f0bdc43d3104a8967a1d05e7cdbc2c504f9729ec05f545d96d'), [SECRET], '{}'),
    ).toBe(true);
    expect(await verified(signed(signature(SECRET)))).toBe(true);
    expect(await verified(signed(signature(SECRET)), [NEXT, SECRET])).toBe(true);
    expect(await verified(signed(signature(SECRET), signature(NEXT)), [NEXT])).toBe(true);
    expect(await verified(signed(signature(SECRET)), [SECRET], BODY, 4 * 60_000)).toBe(true);
  });

  it.each([
    ['another secret', signed(signature(NEXT))],
    ['a signature that is cut short', signed(signature(SECRET).slice(0, -1))],
    ['another version', signed(signature(SECRET).replace('v1', 'v2'))],
    ['another time', signed(signature(SECRET), undefined, '1790164802')],
    ['a time that is none', signed(signature(SECRET, 'now'), undefined, 'now')],
    ['no signature', { 'x-smsmobileapi-timestamp': AT }],
    ['no time', { 'x-smsmobileapi-signature': signature(SECRET) }],
    ['nothing', {}],
  ] as [string, Record<string, string>][])('refuses %s', async (_, headers) => {
    expect(await verified(headers)).toBe(false);
  });

  it('refuses another body, what is stale, and whoever has no secret', async () => {
    const headers = signed(signature(SECRET));
    expect(await verified(headers, [SECRET], `${BODY} `)).toBe(false);
    expect(await verified(headers, [SECRET], BODY, 6 * 60_000)).toBe(false);
    expect(await verified(headers, [])).toBe(false);
    expect(await verified(signed(signature('')), [''])).toBe(false);
  });
});

describe('read', () => {
  const at = new Date('2026-09-23T12:00:00Z');

  it.each([
    ['sms.sent', { eventId: 'guid-1:sent', kind: 'sent' }],
    ['sms.failed', { eventId: 'guid-1:failed', kind: 'failed', reason: 'phone_failed' }],
  ])('%s is what became of a message', (type, evidence) => {
    const data = { guid: 'guid-1', to: '+33612345678' };
    expect(read({ ...RECEIVED, type, data })).toEqual([
      { ...evidence, at, providerMessageId: 'guid-1', channel: 'sms' },
    ]);
  });

  it('unsubscribes who answers STOP, once however often it is told', () => {
    const stop = { ...RECEIVED, data: { ...RECEIVED.data, message: ' Stop! ' } };
    const [evidence] = read(stop);
    expect(evidence).toEqual({
      channel: 'sms',
      eventId: expect.any(String),
      kind: 'unsubscribed',
      at,
      address: '+15551234567',
      reason: 'recipient_said_stop',
      suppress: 'unsubscribe',
    });
    expect(read(stop)[0]?.eventId).toBe(evidence?.eventId);
    expect(read({ ...stop, id: 'another' })[0]?.eventId).not.toBe(evidence?.eventId);
  });

  it.each([
    ['any other message', RECEIVED],
    ['a result that names no message', { ...RECEIVED, type: 'sms.failed', data: {} }],
    ['what we know', { ...RECEIVED, type: 'sms.api.submitted', data: { guid: 'guid-1' } }],
    ['what somebody wrote by hand', { ...RECEIVED, type: 'sms.mobile.sent', data: { guid: 'guid-1' } }],
    ['a call', { ...RECEIVED, type: 'call.missed' }],
    ['a WhatsApp message of that telephone', { ...RECEIVED, type: 'whatsapp.failed', data: { guid: 'guid-1' } }],
  ])('tells nothing by %s', (_, event) => {
    expect(read(event)).toEqual([]);
  });

  it('keeps a STOP of who has no number, under the name, and reads numbers with spaces', () => {
    const of = (from: string) => read({ ...RECEIVED, data: { message: 'STOP', from } });
    expect(of('Bank')).toMatchObject([{ kind: 'unsubscribed', vendorId: 'Bank' }]);
    expect(of('+33 6 12-34.56 (78)')).toMatchObject([{ kind: 'unsubscribed', address: '+33612345678' }]);
    expect(of('0033612345678')).toMatchObject([{ address: '+33612345678' }]);
    expect(of('0612345678')).toMatchObject([{ vendorId: '0612345678' }]);
  });

  it('cannot read what is no object', () => {
    expect(() => read([])).toThrow('no JSON object');
  });
});
