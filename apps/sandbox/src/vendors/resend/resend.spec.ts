import { newId } from '@outbell/shared/uuid.js';
import { Resend } from 'resend';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

function client(key = 're_sandbox'): Resend {
  return new Resend(key, { baseUrl: stage.vendor('resend') });
}

function send(over: { to?: string; from?: string; text?: string; key?: string; messageId?: string } = {}) {
  const { to = 'ann@example.org', from = 'Acme <shop@acme.test>', text = 'hello', key, messageId = newId() } = over;
  const tags = [{ name: 'message_id', value: messageId }];
  return client(key).emails.send({ to, from, subject: 'Grüße', text, tags }, { idempotencyKey: messageId });
}

describe('Resend', () => {
  it('takes a mail, and the same one under its key no second time', async () => {
    const messageId = newId();
    const first = await send({ messageId });
    expect(await stage.message()).toMatchObject({
      vendor: 'resend',
      message_id: messageId,
      provider_message_id: first.data?.id,
      subject: 'Grüße',
      text: 'hello',
    });
    expect((await send({ messageId })).data).toEqual(first.data);
    expect(await stage.lastCall()).toMatchObject({ outcome: 'repeated', message_id: messageId });
    expect((await stage.api('GET', 'messages')).body.total).toBe(1);
    expect((await stage.api('GET', 'ledger/summary')).body.twice).not.toContain(messageId);
    expect((await send({ messageId, text: 'other' })).error).toMatchObject({
      name: 'invalid_idempotent_request',
      statusCode: 409,
    });
  });

  it('knows a key whose first answer was lost', async () => {
    await stage.fault('resend', { type: 'drop_after' });
    const messageId = newId();
    expect((await send({ messageId })).error).not.toBeNull();
    await stage.api('DELETE', 'faults');
    expect((await send({ messageId })).error).toBeNull();
    expect((await stage.api('GET', `messages?messageId=${messageId}`)).body.data).toHaveLength(1);
  });

  it('takes one call under a key at a time', async () => {
    await stage.fault('resend', { type: 'slow', ms: 100 });
    const messageId = newId();
    const answers = await Promise.all([send({ messageId }), send({ messageId })]);
    const names = answers.map(({ error }) => error?.name ?? null);
    expect(names).toEqual(expect.arrayContaining([null, 'concurrent_idempotent_requests']));
    expect((await send({ messageId })).error).toBeNull();
    expect((await stage.api('GET', `messages?messageId=${messageId}`)).body.data).toHaveLength(1);
  });

  it('shows the domains, or refuses a key', async () => {
    expect((await client().domains.list()).data?.data).toMatchObject([{ status: 'verified' }]);
    expect((await client('re_wrong').domains.list()).error).toMatchObject({ name: 'invalid_api_key' });
  });

  it('refuses in its own form, and more than five calls in a second', async () => {
    expect((await send({ from: 'unverified@acme.test' })).error).toMatchObject({
      statusCode: 403,
      name: 'validation_error',
    });
    expect((await send({ to: 'nobody' })).error).toMatchObject({ statusCode: 422 });
    await stage.api('DELETE', 'limits');
    const answers = await Promise.all(Array.from({ length: 6 }, () => send()));
    const refused = answers.filter(({ error }) => error !== null);
    expect(refused).toMatchObject([
      { error: { statusCode: 429, name: 'rate_limit_exceeded' }, headers: { 'retry-after': '1' } },
    ]);
  });
});

describe('its events', () => {
  it.each([
    ['ann@example.org', ['email.sent', 'email.delivered']],
    ['bounced@resend.dev', ['email.sent', 'email.bounced']],
    ['complaint@example.org', ['email.sent', 'email.delivered', 'email.complained']],
  ])('of a mail to %s come signed by Svix: %j', async (to, events) => {
    const { body: set } = await stage.api('PUT', 'receipts/resend', { url: `${stage.receiver}/x`, delay_ms: 1 });
    const messageId = newId();
    const sent = await send({ to, messageId });
    await expect.poll(() => stage.received.length).toBe(events.length);
    const webhook = new Webhook(set.secret);
    const told = stage.received.map(({ headers, body }) => {
      const named = Object.fromEntries(
        ['id', 'timestamp', 'signature'].map((name) => [`webhook-${name}`, String(headers[`svix-${name}`])]),
      );
      const event = webhook.verify(body, named) as { type: string; data: object };
      expect(() => webhook.verify(`${body} `, named)).toThrow();
      expect(event.data).toMatchObject({ email_id: sent.data?.id, to: [to], tags: { message_id: messageId } });
      return event.type;
    });
    expect(told).toEqual(events);
  });
});
