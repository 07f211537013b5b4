import { createPublicKey, verify } from 'node:crypto';
import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

function client(key = 'SG.sandbox'): Client {
  const made = new Client();
  made.setApiKey(key);
  made.setDefaultRequest('baseUrl', `${stage.vendor('sendgrid')}/`);
  return made;
}

async function send(over: { to?: string; from?: string; key?: string; messageId?: string } = {}) {
  const { to = 'ann@example.org', from = 'shop@acme.test', key, messageId = newId() } = over;
  const service = new MailService();
  service.setClient(client(key));
  const customArgs = { message_id: messageId };
  return service.send({
    to,
    from: { email: from, name: 'Acme' },
    subject: 'Grüße',
    text: 'hello',
    html: '<p>hello</p>',
    customArgs,
  });
}

describe('SendGrid', () => {
  it('takes a mail', async () => {
    const messageId = newId();
    const [answer] = await send({ messageId });
    expect(answer.statusCode).toBe(202);
    expect(await stage.message()).toMatchObject({
      vendor: 'sendgrid',
      message_id: messageId,
      provider_message_id: answer.headers['x-message-id'],
      envelope: { to: ['ann@example.org'] },
      subject: 'Grüße',
      html: '<p>hello</p>',
    });
  });

  it('shows what a key may do, or refuses it', async () => {
    const [, body] = await client().request({ method: 'GET', url: '/v3/scopes' });
    expect(body).toMatchObject({ scopes: expect.arrayContaining(['mail.send']) });
    await expect(send({ key: 'SG.wrong' })).rejects.toMatchObject({ code: 401 });
  });

  it('refuses in its own form, by itself and by a fault', async () => {
    const errors = [{ message: expect.stringContaining('verified Sender Identity'), field: 'from', help: null }];
    await expect(send({ from: 'unverified@acme.test' })).rejects.toMatchObject({
      code: 403,
      response: { body: { errors } },
    });
    await stage.fault('sendgrid', { type: 'rate_limit', retry_after: 3 });
    await expect(send()).rejects.toMatchObject({ code: 429, response: { headers: { 'retry-after': '3' } } });
  });
});

describe('its events', () => {
  it.each([
    ['ann@example.org', ['processed', 'delivered']],
    ['bounce@example.org', ['processed', 'bounce']],
    ['unsubscribe@example.org', ['processed', 'delivered', 'unsubscribe']],
  ])('of a mail to %s come signed, with its custom arguments: %j', async (to, events) => {
    const set = await stage.api('PUT', 'receipts/sendgrid', { url: `${stage.receiver}/x`, delay_ms: 1 });
    const key = createPublicKey({ key: Buffer.from(set.body.public_key, 'base64'), format: 'der', type: 'spki' });
    const messageId = newId();
    const [answer] = await send({ to, messageId });
    await expect.poll(() => stage.received.length).toBe(events.length);
    const told = stage.received.map(({ headers, body }) => {
      const signed = Buffer.from(String(headers['x-twilio-email-event-webhook-timestamp']) + body);
      const signature = Buffer.from(String(headers['x-twilio-email-event-webhook-signature']), 'base64');
      expect(verify('sha256', signed, key, signature)).toBe(true);
      const [event] = JSON.parse(body);
      expect(event).toMatchObject({ email: to, message_id: messageId });
      expect(event.sg_message_id.split('.')[0]).toBe(answer.headers['x-message-id']);
      return event.event;
    });
    expect(told).toEqual(events);
  });

  it('say the same again under the same id', async () => {
    await stage.api('PUT', 'receipts/sendgrid', { url: `${stage.receiver}/x`, delay_ms: 1 });
    await send({ to: 'silent@example.org' });
    const { id } = await stage.message();
    for (let times = 0; times < 2; times += 1) await stage.api('POST', `messages/${id}/receipts`, { kind: 'opened' });
    const [first, second] = stage.received.map(({ body }) => JSON.parse(body)[0].sg_event_id);
    expect(first).toBe(second);
    expect((await stage.api('POST', `messages/${id}/receipts`, { kind: 'stop' })).status).toBe(422);
  });
});
