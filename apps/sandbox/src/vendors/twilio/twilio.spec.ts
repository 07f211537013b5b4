import { newId } from '@outbell/shared/uuid.js';
import twilio from 'twilio';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

const SID = `AC${'0'.repeat(32)}`;
const TOKEN = 'token-of-the-account';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

/** The SDK's own client, on the way to the sandbox. */
class SandboxClient extends twilio.RequestClient {
  override request<T>(options: Parameters<typeof twilio.RequestClient.prototype.request<T>>[0]) {
    return super.request<T>({ ...options, uri: options.uri.replace('https://api.twilio.com', stage.vendor('twilio')) });
  }
}

function client(token = TOKEN) {
  return twilio(SID, token, { httpClient: new SandboxClient({ timeout: 1_000 }) });
}

function send(over: { to?: string; from?: string; token?: string; messageId?: string } = {}) {
  const { to = '+33612345678', from = '+33700000001', token, messageId = newId() } = over;
  const statusCallback = `${stage.receiver}/callbacks/twilio/c1?m=${messageId}`;
  return client(token)
    .messages.create({ to, from, body: 'Grüße 👋', statusCallback })
    .catch((error: unknown) => error as { status?: number; code?: number | string; message: string });
}

describe('Twilio', () => {
  it('takes a message, shows and counts it', async () => {
    const messageId = newId();
    const sent = await send({ messageId });
    expect(sent).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      status: 'queued',
      to: '+33612345678',
    });
    expect(await stage.message()).toMatchObject({
      vendor: 'twilio',
      channel: 'sms',
      message_id: messageId,
      provider_message_id: (sent as { sid: string }).sid,
      envelope: { from: '+33700000001', to: ['+33612345678'] },
      text: 'Grüße 👋',
    });
    expect(await stage.lastCall()).toMatchObject({
      vendor: 'twilio',
      message_id: messageId,
      outcome: 'accepted',
      reply: '201',
    });
  });

  it('tells a WhatsApp message from a text message by its address', async () => {
    await stage.api('PUT', 'receipts/twilio-whatsapp', { delay_ms: 1 });
    await send({ to: 'whatsapp:+33612345678', from: 'whatsapp:+33700000001' });
    const envelope = { from: '+33700000001', to: ['+33612345678'] };
    expect(await stage.message()).toMatchObject({ vendor: 'twilio-whatsapp', channel: 'whatsapp', envelope });
    await expect.poll(() => stage.received.length).toBe(2);
    expect(new URLSearchParams(stage.received[0]?.body).get('To')).toBe('whatsapp:+33612345678');
  });

  it('shows who the account is, or says 20003', async () => {
    expect(await client().api.v2010.accounts(SID).fetch()).toMatchObject({ sid: SID, status: 'active' });
    await expect(client('wrong').api.v2010.accounts(SID).fetch()).rejects.toMatchObject({ status: 401, code: 20003 });
    expect(await send({ token: 'wrong' })).toMatchObject({ status: 401, code: 20003 });
    expect(await stage.lastCall()).toMatchObject({ outcome: 'rejected', reply: '401 20003', message_id: null });
  });

  it.each([
    ['+15005550001', 21211],
    ['+15005550004', 21610],
    ['+15005550009', 21614],
    ['not a number', 21211],
  ])('refuses %s with %i', async (to, code) => {
    expect(await send({ to })).toMatchObject({ status: 400, code });
    expect((await stage.api('GET', 'messages')).body.total).toBe(0);
  });
});

describe('its receipts', () => {
  it('come to the URL of the message, signed with the account’s token', async () => {
    await stage.api('PUT', 'receipts/twilio', { delay_ms: 1 });
    const { sid } = (await send()) as { sid: string };
    await expect.poll(() => stage.received.length).toBe(2);
    const told = stage.received.map(({ headers, url, body }) => {
      const fields = Object.fromEntries(new URLSearchParams(body));
      expect(twilio.validateRequest(TOKEN, headers['x-twilio-signature'] as string, url, fields)).toBe(true);
      expect(twilio.validateRequest('other', headers['x-twilio-signature'] as string, url, fields)).toBe(false);
      return [fields['MessageSid'], fields['MessageStatus']];
    });
    expect(told).toEqual([
      [sid, 'sent'],
      [sid, 'delivered'],
    ]);
  });

  it('tell of a failure and of a STOP where the number asks for it, until they are taken', async () => {
    await stage.api('PUT', 'receipts/twilio', { url: `${stage.receiver}/inbound`, delay_ms: 1, retry_ms: 1 });
    stage.answers = [{ status: 500 }, { status: 302 }];
    await send({ to: '+15555550101' });
    await expect.poll(() => stage.received.length).toBe(4);
    expect(stage.received.at(-1)?.body).toContain('MessageStatus=undelivered');
    expect((await stage.message()).receipts).toMatchObject([
      { kind: 'sent', attempts: 3, status: 204 },
      { kind: 'failed', attempts: 1, status: 204 },
    ]);
    const { id } = await stage.message();
    await stage.api('POST', `messages/${id}/receipts`, { kind: 'stop' });
    const { url, body } = stage.received.at(-1)!;
    expect(url).toBe(`${stage.receiver}/inbound`);
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({ From: '+15555550101', Body: 'STOP' });
  });
});
