// Loaded beforehand: on a busy machine that takes longer than the calls here may.
import 'twilio';
import { afterEach, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  MESSAGE_SID,
  MESSAGES,
  refusal,
  TWILIO,
  twilioCredentials,
} from './testing/twilio-vendor.js';
import { RECIPIENT, whatsApp } from '../testing/outgoing-whatsapp.js';
import { TwilioWhatsAppProvider } from './twilio-whatsapp.provider.js';

function providerAt(baseUrl: string, sendTimeoutMs = 2_000): Provider {
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  return new TwilioWhatsAppProvider(twilioCredentials(baseUrl), options);
}

providerContract(
  'twilio-whatsapp',
  httpHarness({
    ...TWILIO,
    provider: providerAt,
    message: () => whatsApp(),
    secrets: [AUTH_TOKEN, ACCOUNT_SID, RECIPIENT, RECIPIENT.slice(1)],
  }),
);

describe('TwilioWhatsAppProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerAt(server.url);
  }

  const taken: Reply = { status: 201, body: { sid: MESSAGE_SID, status: 'queued' } };
  const addresses = { From: 'whatsapp:+33698765432', To: `whatsapp:${RECIPIENT}` };

  function form(): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(server.received[0]?.body));
  }

  it('posts a text to an address of WhatsApp', async () => {
    await answering(taken);
    expect(await provider.send(whatsApp())).toEqual({ kind: 'sent', providerMessageId: MESSAGE_SID });
    expect(server.received[0]?.path).toBe(MESSAGES);
    expect(form()).toEqual({ ...addresses, Body: 'Your parcel is here.' });
  });

  it('posts a template of Twilio’s with its variables by number', async () => {
    await answering(taken);
    const name = 'HX0123456789abcdef0123456789abcdef';
    await provider.send(whatsApp({ template: { name, language: 'fr', parameters: ['Zoé', '"7"'] } }));
    const { ContentVariables: variables, ...rest } = form();
    expect(rest).toEqual({ ...addresses, ContentSid: name });
    expect(JSON.parse(variables ?? '')).toEqual({ 1: 'Zoé', 2: '"7"' });
  });

  it('posts variables by their names, and for how long it is worth sending', async () => {
    await answering(taken);
    const template = { name: 'HX0123456789abcdef0123456789abcdef', language: 'fr', parameters: [] };
    const expires = { at: new Date(), by: performance.now() + 60_500 };
    await provider.send(whatsApp({ template: { ...template, named_parameters: { order: 'A-17' } }, expires }));
    expect(form()).toMatchObject({ ContentVariables: '{"order":"A-17"}', ValidityPeriod: '60' });
  });

  it('offers no text longer than Twilio takes: another connection may', async () => {
    await answering(taken);
    expect(await provider.send(whatsApp({ text: '👋'.repeat(1_600) }))).toMatchObject({ kind: 'sent' });
    expect(await provider.send(whatsApp({ text: 'a'.repeat(1_601) }))).toEqual({
      kind: 'rejected',
      reason: 'message_too_large',
      onlyHere: true,
    });
    expect(server.received).toHaveLength(1);
  });

  it('offers no template that Twilio does not name: it would be an empty text', async () => {
    await answering(taken);
    const message = whatsApp({ text: '', template: { name: 'parcel', language: 'fr', parameters: [] } });
    expect(await provider.send(message)).toEqual({ kind: 'rejected', reason: 'template_not_supported' });
    expect(server.received).toEqual([]);
  });

  it.each([
    [refusal(400, 63016), { kind: 'rejected', reason: 'template_required' }],
    [refusal(400, 63003), { kind: 'rejected', reason: 'bad_address' }],
    [refusal(400, 63024), { kind: 'rejected', reason: 'bad_address' }],
    [refusal(400, 63028), { kind: 'rejected', reason: 'template_refused' }],
    [refusal(400, 63049), { kind: 'rejected', reason: 'not_delivered_by_policy' }],
    [refusal(400, 63018), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [refusal(429, 63038), { kind: 'retry', reason: 'vendor_rate_limited' }],
  ] as [Reply, object][])('reads %j as %j, suppressing nobody', async (reply, outcome) => {
    await answering(reply);
    const seen = await provider.send(whatsApp());
    expect(seen).toMatchObject(outcome);
    expect(seen).not.toHaveProperty('suppress');
  });
});
