import type { WhatsAppTemplate } from '@outbell/shared/whatsapp-template.js';
import { afterEach, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { RECIPIENT, whatsApp } from '../testing/outgoing-whatsapp.js';
import { WhatsAppCloudProvider } from './whatsapp-cloud.provider.js';

const TOKEN = 'canary-token-of-whatsapp';
const NUMBER_ID = '106540352242922';
const MESSAGES = `/v23.0/${NUMBER_ID}/messages`;

function providerAt(baseUrl: string, sendTimeoutMs = 2_000, version?: string): Provider {
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  const credentials = { phone_number_id: NUMBER_ID, access_token: TOKEN, base_url: baseUrl };
  return new WhatsAppCloudProvider({ ...credentials, ...(version && { api_version: version }) }, options);
}

function refusal(status: number, code: number, message = 'no'): Reply {
  return { status, body: { error: { message, type: 'OAuthException', code, fbtrace_id: 'x' } } };
}

const taken: Reply = {
  status: 200,
  body: { messaging_product: 'whatsapp', contacts: [{ input: RECIPIENT, wa_id: '1' }], messages: [{ id: 'wamid.1' }] },
};
const number: Reply = { status: 200, body: { id: NUMBER_ID, display_phone_number: '+33 6 98 76 54 32' } };

providerContract(
  'whatsapp-cloud',
  httpHarness({
    provider: providerAt,
    message: () => whatsApp(),
    secrets: [TOKEN, RECIPIENT, RECIPIENT.slice(1)],
    sends: ({ method, path }) => method === 'POST' && path === MESSAGES,
    taken: () => taken,
    refusedForGood: refusal(400, 131026),
    refusedForNow: refusal(429, 130429),
    refusedQuoting: (words) => refusal(400, 100, words),
    other: () => number,
  }),
);

describe('WhatsAppCloudProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply, version?: string): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerAt(server.url, 2_000, version);
  }

  function body(): unknown {
    return JSON.parse(server.received[0]?.body ?? '');
  }

  it('posts a text, without what Meta’s OpenAPI does not know beside one', async () => {
    await answering(taken);
    const message = whatsApp({ text: 'Voilà 👋' });
    expect(await provider.send(message)).toEqual({ kind: 'sent', providerMessageId: 'wamid.1' });
    const [{ method, path, headers }] = server.received as [(typeof server.received)[0]];
    expect([method, path]).toEqual(['POST', MESSAGES]);
    expect([headers.authorization, headers['content-type']]).toEqual([`Bearer ${TOKEN}`, 'application/json']);
    expect(body()).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: RECIPIENT,
      type: 'text',
      text: { preview_url: false, body: 'Voilà 👋' },
    });
  });

  it.each([
    ['another number', { wa_id: '5215512345678' }, '+5215512345678'],
    ['a user id, for want of a number', { user_id: 'US.134912' }, 'US.134912'],
    ['what it was given', { wa_id: RECIPIENT.slice(1) }, undefined],
    ['nothing', {}, undefined],
    ['what is no number', { wa_id: 7 }, undefined],
  ])('says whom WhatsApp takes the number for: %s', async (_name, contact, recipientId) => {
    await answering({
      status: 200,
      body: { contacts: [{ input: RECIPIENT, ...contact }], messages: [{ id: 'wamid.1' }] },
    });
    const outcome = { kind: 'sent', providerMessageId: 'wamid.1', ...(recipientId !== undefined && { recipientId }) };
    expect(await provider.send(whatsApp())).toEqual(outcome);
  });

  it.each([
    [
      ['Zoé', '7'],
      [
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Zoé' },
            { type: 'text', text: '7' },
          ],
        },
      ],
    ],
    [[], []],
  ])('posts a template with the parameters %j', async (parameters, components) => {
    await answering(taken);
    const message = whatsApp({ template: { name: 'parcel', language: 'pt_BR', parameters } });
    await provider.send(message);
    expect(body()).toMatchObject({
      biz_opaque_callback_data: message.messageId,
      type: 'template',
      template: { name: 'parcel', language: { policy: 'deterministic', code: 'pt_BR' }, components },
    });
    expect(body()).not.toHaveProperty('text');
  });

  it.each<[string, Partial<WhatsAppTemplate>, object[]]>([
    [
      'an authentication template, whose code stands in the body and in its button',
      { parameters: ['481516'], buttons: [{ type: 'url', value: '481516' }] },
      [
        { type: 'body', parameters: [{ type: 'text', text: '481516' }] },
        { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '481516' }] },
      ],
    ],
    [
      'named parameters and a header of text',
      {
        named_parameters: { name: 'Zoé', order: 'A-17' },
        header: { type: 'text', text: 'A-17', parameter_name: 'order' },
      },
      [
        { type: 'header', parameters: [{ type: 'text', parameter_name: 'order', text: 'A-17' }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', parameter_name: 'name', text: 'Zoé' },
            { type: 'text', parameter_name: 'order', text: 'A-17' },
          ],
        },
      ],
    ],
    [
      'a picture by its address',
      { header: { type: 'image', link: 'https://example.com/a.png' } },
      [{ type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] }],
    ],
    [
      'a document by its id',
      { header: { type: 'document', id: '17', filename: 'invoice.pdf' } },
      [{ type: 'header', parameters: [{ type: 'document', document: { id: '17', filename: 'invoice.pdf' } }] }],
    ],
    [
      'buttons of every kind, at their places',
      {
        buttons: [
          { type: 'quick_reply', value: 'yes' },
          { type: 'quick_reply', value: 'no' },
          { type: 'copy_code', value: 'SAVE10', index: 3 },
        ],
      },
      [
        { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'yes' }] },
        { type: 'button', sub_type: 'quick_reply', index: '1', parameters: [{ type: 'payload', payload: 'no' }] },
        {
          type: 'button',
          sub_type: 'copy_code',
          index: '3',
          parameters: [{ type: 'coupon_code', coupon_code: 'SAVE10' }],
        },
      ],
    ],
  ])('posts %s', async (_, more, components) => {
    await answering(taken);
    await provider.send(whatsApp({ template: { name: 'parcel', language: 'en', parameters: [], ...more } }));
    expect((body() as { template: object }).template).toEqual({
      name: 'parcel',
      language: { policy: 'deterministic', code: 'en' },
      components,
    });
  });

  it('calls the version of the API that the connection names', async () => {
    await answering(taken, 'v24.0');
    await provider.send(whatsApp());
    expect(server.received[0]?.path).toBe(`/v24.0/${NUMBER_ID}/messages`);
  });

  it('does not offer what is longer than WhatsApp takes', async () => {
    await answering(taken);
    expect(await provider.send(whatsApp({ text: '👋'.repeat(4_096) }))).toMatchObject({ kind: 'sent' });
    expect(await provider.send(whatsApp({ text: 'a'.repeat(4_097) }))).toEqual({
      kind: 'rejected',
      reason: 'message_too_large',
    });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [refusal(400, 130429), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [refusal(400, 80007), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [refusal(400, 4), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [refusal(400, 131056), { kind: 'retry', reason: 'recipient_rate_limited', after: 6_000 }],
    [
      { ...refusal(429, 131056), headers: { 'retry-after': '9' } },
      { kind: 'retry', reason: 'recipient_rate_limited', after: 9_000 },
    ],
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 3_000 },
    ],
    [refusal(400, 131049), { kind: 'rejected', reason: 'not_delivered_by_policy' }],
    [refusal(400, 131026), { kind: 'rejected', reason: 'undelivered', detail: { status: 400, code: 131026 } }],
    [refusal(400, 131047), { kind: 'rejected', reason: 'template_required' }],
    [refusal(400, 132000), { kind: 'rejected', reason: 'template_refused' }],
    [refusal(404, 132001), { kind: 'rejected', reason: 'template_refused' }],
    [refusal(400, 132015), { kind: 'rejected', reason: 'template_refused' }],
    [
      refusal(400, 131030),
      { kind: 'rejected', reason: 'address_not_in_sandbox', detail: { status: 400, code: 131030 } },
    ],
    [refusal(400, 100), { kind: 'rejected', reason: 'refused' }],
    [refusal(401, 190), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(401, 0), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(403, 10), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(400, 3), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(403, 200), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(403, 368), { kind: 'retry', reason: 'account_locked' }],
    [refusal(403, 131031), { kind: 'retry', reason: 'account_locked' }],
    [refusal(500, 131000), { kind: 'unknown', reason: 'vendor_error' }],
    [refusal(400, 131000), { kind: 'unknown', reason: 'vendor_error' }],
    [refusal(500, 131016), { kind: 'unknown', reason: 'vendor_error' }],
    [refusal(503, 131016), { kind: 'retry', reason: 'server_unavailable' }],
    [refusal(503, 2), { kind: 'retry', reason: 'server_unavailable' }],
    [{ status: 502 }, { kind: 'unknown', reason: 'vendor_error' }],
    [
      { status: 200, body: { messages: [] } },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
  ] as [Reply, object][])('reads %j as %j, suppressing nobody', async (reply, outcome) => {
    await answering(reply);
    const seen = await provider.send(whatsApp());
    expect(seen).toMatchObject(outcome);
    expect(seen).not.toHaveProperty('suppress');
  });

  it('unsubscribes who has switched our messages off', async () => {
    await answering(refusal(400, 131050));
    const seen = await provider.send(whatsApp());
    expect(seen).toMatchObject({
      kind: 'rejected',
      reason: 'recipient_opted_out',
      suppress: 'unsubscribe',
      suppressScope: 'bulk',
    });
  });

  it.each([
    [number, { ok: true }],
    [refusal(401, 190), { ok: false, reason: 'authentication_failed' }],
    [
      { status: 200, body: '<html>' },
      { ok: false, reason: 'unreadable_reply' },
    ],
  ] as [Reply, object][])('verifies by looking at the number: %j is %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
    expect(server.received[0]).toMatchObject({ method: 'GET', path: `/v23.0/${NUMBER_ID}` });
  });
});
