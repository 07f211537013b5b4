import { createHmac } from 'node:crypto';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

const PHONE = '106540352242922';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

async function graph(method: string, path: string, body?: object, token = 'EAA-sandbox') {
  const answer = await fetch(`${stage.vendor('whatsapp-cloud')}/v23.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

function send(over: object = {}, token?: string) {
  const text = { messaging_product: 'whatsapp', to: '33612345678', type: 'text', text: { body: 'Grüße' } };
  return graph('POST', `${PHONE}/messages`, { ...text, biz_opaque_callback_data: newId(), ...over }, token);
}

describe('WhatsApp Cloud', () => {
  it('takes a text', async () => {
    const messageId = newId();
    const { status, body } = await send({ biz_opaque_callback_data: messageId });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      messaging_product: 'whatsapp',
      contacts: [{ input: '33612345678', wa_id: '33612345678' }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    expect(await stage.message()).toMatchObject({
      vendor: 'whatsapp-cloud',
      channel: 'whatsapp',
      message_id: messageId,
      provider_message_id: body.messages[0].id,
      envelope: { to: ['+33612345678'] },
      text: 'Grüße',
    });
  });

  it('takes a template with its parameters', async () => {
    const components = [{ type: 'body', parameters: [{ type: 'text', text: 'Ann' }] }];
    const template = { name: 'welcome', language: { code: 'pt_BR' }, components };
    expect((await send({ type: 'template', template, text: undefined })).status).toBe(200);
    expect((await stage.message()).template).toEqual({ name: 'welcome', language: 'pt_BR', parameters: ['Ann'] });
    expect(await (await fetch(stage.sandbox.url)).text()).toContain('<span class="subject">welcome</span>');
  });

  it('takes a template whole, and shows what stands in each place', async () => {
    const components = [
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
      { type: 'body', parameters: [{ type: 'text', parameter_name: 'code', text: '481516' }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '481516' }] },
    ];
    const template = { name: 'login', language: { policy: 'deterministic', code: 'en' }, components };
    expect((await send({ type: 'template', template, text: undefined })).status).toBe(200);
    const { id, template: shown } = await stage.message();
    expect(shown).toEqual({
      name: 'login',
      language: 'en',
      parameters: ['code: 481516'],
      header: 'https://example.com/a.png',
      buttons: ['url 0: 481516'],
    });
    const page = await (await fetch(`${stage.sandbox.url}/messages/${id}`)).text();
    expect(page).toContain('url 0: 481516');
    expect(page).toContain('https://example.com/a.png');
  });

  it.each([
    { type: 'button', sub_type: 'url', parameters: [{ type: 'text', text: 'x' }] },
    { type: 'button', sub_type: 'tap', index: '0', parameters: [] },
    { type: 'footer', parameters: [] },
    { type: 'body', parameters: [{ type: 'text', text: '' }] },
  ])('refuses the component %j', async (component) => {
    const template = { name: 'welcome', language: { code: 'en' }, components: [component] };
    const answer = await send({ type: 'template', template, text: undefined });
    expect([answer.status, answer.body.error.code]).toEqual([400, 100]);
  });

  it('shows its number, or refuses a token', async () => {
    expect((await graph('GET', PHONE)).body).toMatchObject({ id: PHONE, quality_rating: 'GREEN' });
    expect(await graph('GET', PHONE, undefined, 'wrong')).toMatchObject({
      status: 401,
      body: { error: { code: 190 } },
    });
    expect((await send({}, 'wrong')).body.error).toMatchObject({ code: 190, type: 'OAuthException' });
  });

  it.each([
    [{ messaging_product: 'sms' }, 400, 100],
    [{ to: '15555550105' }, 400, 131026],
    [{ to: '15555550107' }, 429, 131056],
    [{ type: 'template', template: { name: 'missing_one', language: { code: 'en' } } }, 404, 132001],
  ])('refuses %j with %i and code %i', async (over, status, code) => {
    expect(await send(over)).toMatchObject({ status, body: { error: { code } } });
  });

  it('refuses by a fault with its own code', async () => {
    await stage.fault('whatsapp-cloud', { type: 'rate_limit' });
    expect(await send()).toMatchObject({ status: 429, body: { error: { code: 130429 } } });
  });
});

describe('its webhook', () => {
  it.each([
    ['33612345678', ['sent', 'delivered']],
    ['15555550101', ['sent', 'failed']],
    ['15555550102', ['sent', 'delivered', 'STOP']],
    ['15555550104', ['sent', 'delivered', 'read']],
  ])('tells of a message to %s, signed: %j', async (to, words) => {
    const { body: set } = await stage.api('PUT', 'receipts/whatsapp-cloud', {
      url: `${stage.receiver}/x`,
      delay_ms: 1,
    });
    const messageId = newId();
    const { body } = await send({ to, biz_opaque_callback_data: messageId });
    await expect.poll(() => stage.received.length).toBe(words.length);
    const told = stage.received.map((receipt) => {
      const expected = createHmac('sha256', set.secret).update(receipt.body).digest('hex');
      expect(receipt.headers['x-hub-signature-256']).toBe(`sha256=${expected}`);
      const { value } = JSON.parse(receipt.body).entry[0].changes[0];
      if (value.messages) return value.messages[0].text.body;
      const [status] = value.statuses;
      expect(status).toMatchObject({ id: body.messages[0].id, recipient_id: to, biz_opaque_callback_data: messageId });
      return status.status;
    });
    expect(told).toEqual(words);
  });

  it('is taken only when it answers the challenge', async () => {
    const target = { url: `${stage.receiver}/x`, verify_token: 'token' };
    expect((await stage.api('PUT', 'receipts/whatsapp-cloud', target)).status).toBe(422);
    const asked = new URL(stage.received[0]!.url).searchParams;
    expect(asked.get('hub.mode')).toBe('subscribe');
    expect(asked.get('hub.verify_token')).toBe('token');
    expect(asked.get('hub.challenge')).toMatch(/^\d+$/);
    const strange = await stage.api('PUT', 'receipts/whatsapp-cloud', {
      ...target,
      topic_arn: 'arn:aws:sns:eu-west-1:123456789012:x',
    });
    expect([strange.status, strange.body.errors[0].field]).toEqual([400, 'topic_arn']);
  });
});
