import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import type { BatchDto } from './acceptance.dto.js';
import type { MessagePageDto } from './message.dto.js';

const SUBSCRIPTION = JSON.stringify({
  endpoint: `https://fcm.googleapis.com/fcm/send/${'x'.repeat(1_000)}`,
  keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
});

const SENDERS: Record<Exclude<Channel, 'email'>, string> = {
  sms: 'MyShop',
  whatsapp: '+15550001234',
  push: 'com.example.shop',
  voice: '+33698765432',
};

const SMS = { channel: 'sms', sender: SENDERS.sms, to: '+33612345678', text: 'Hello' };
const WHATSAPP = { ...SMS, channel: 'whatsapp', sender: SENDERS.whatsapp };
const TEMPLATE = { name: 'order_shipped', language: 'pt_BR', parameters: ['Ann', 'A-17'] };
const APPROVED = { channel: 'whatsapp', sender: SENDERS.whatsapp, to: '+33612345678', whatsapp_template: TEMPLATE };
const BARE = { name: 'order_shipped', language: 'pt_BR' };
/** Each is two units of JavaScript, and one character. */
const EMOJI = {
  ...APPROVED,
  whatsapp_template: {
    ...BARE,
    named_parameters: { name: '🎁'.repeat(1_024) },
    buttons: [{ type: 'quick_reply', value: '🎁'.repeat(256) }],
  },
};
const headed = (header: object) => ({ ...APPROVED, whatsapp_template: { ...BARE, header } });
const buttoned = (...buttons: object[]) => ({ ...APPROVED, whatsapp_template: { ...BARE, buttons } });
const CODE = { ...BARE, parameters: ['481516'], buttons: [{ type: 'url', value: '481516' }] };
const WHOLE = {
  ...BARE,
  parameters: [],
  named_parameters: { name: 'Ann' },
  header: { type: 'document', link: 'https://example.com/invoice.pdf', filename: 'invoice.pdf' },
  buttons: [
    { type: 'quick_reply', value: 'yes' },
    { type: 'copy_code', value: 'SAVE10', index: 2 },
  ],
};
const PUSH = { channel: 'push', sender: SENDERS.push, to: SUBSCRIPTION, subject: 'Hi', text: 'Hello' };
const VOICE = { channel: 'voice', sender: SENDERS.voice, to: '+33612345678', audio: 'a1b2c3' };

describe('messages of every channel', () => {
  let api: TestApi;
  let key: TestKey;

  beforeAll(async () => {
    api = await TestApi.start({ CHANNELS: CHANNELS.join(',') });
    key = await api.newKey();
    for (const [channel, address] of Object.entries(SENDERS)) await post('/v1/senders', { channel, address });
  });
  afterAll(() => api.stop());

  function post(url: string, payload: object, by = key) {
    return api.app.inject({ method: 'POST', url, headers: by.headers, payload });
  }

  async function row(id: string): Promise<Record<string, unknown>> {
    const [found] = await api.database.dataSource.query<[Record<string, unknown>]>(
      `SELECT mode, recipient, content, template_version_id FROM message WHERE id = $1`,
      [id],
    );
    return found;
  }

  it.each<[string, Record<string, unknown>, object]>([
    ['sms', SMS, { text: 'Hello' }],
    ['a WhatsApp text', WHATSAPP, { text: 'Hello' }],
    ['a WhatsApp template', APPROVED, { whatsapp_template: TEMPLATE }],
    ['an authentication template', { ...APPROVED, whatsapp_template: CODE }, { whatsapp_template: CODE }],
    ['a template with long emoji in all its places', EMOJI, { whatsapp_template: EMOJI.whatsapp_template }],
    ['a template with all its parts', { ...APPROVED, whatsapp_template: WHOLE }, { whatsapp_template: WHOLE }],
    ['a push', { ...PUSH, data: { order: '1' } }, { subject: 'Hi', text: 'Hello', data: { order: '1' } }],
    ['a voice message', VOICE, { audio: 'a1b2c3' }],
  ])('accepts %s, live and of a test key', async (_, message, content) => {
    const test = await api.newKey({ tenantId: key.tenantId, mode: 'test' });
    for (const by of [key, test]) {
      const answer = await post('/v1/messages', message, by);
      expect(answer.statusCode, answer.body).toBe(202);
      expect(await row(answer.json<{ id: string }>().id)).toMatchObject({ recipient: message['to'], content });
    }
  });

  it('accepts them side by side in a batch, and refuses item by item', async () => {
    const messages = [SMS, APPROVED, { ...SMS, html: 'x' }, PUSH, VOICE, { ...VOICE, to: SUBSCRIPTION }];
    const { results } = (await post('/v1/messages/batch', { messages })).json<BatchDto>();
    expect(results.map(({ status }) => status)).toEqual([202, 202, 400, 202, 202, 400]);
    expect(results.map(({ errors }) => errors?.map(({ field }) => field))).toEqual([
      undefined,
      undefined,
      ['html'],
      undefined,
      undefined,
      ['to'],
    ]);
  });

  it.each<[string, object]>([
    ['to', { ...SMS, to: '0612345678' }],
    ['to', { ...WHATSAPP, to: 'ann@example.org' }],
    ['to', { ...PUSH, to: JSON.stringify({ endpoint: 'x' }, null, 2) }],
    ['to', { ...PUSH, to: 'x'.repeat(2_049) }],
    ['to', { ...VOICE, to: '+33899123456' }],
    ['sender', { ...SMS, sender: SENDERS.push }],
    ['subject', { ...SMS, subject: 'x' }],
    ['text', { ...SMS, text: 'x'.repeat(1_601) }],
    ['text', { ...VOICE, text: 'x' }],
    ['whatsapp_template', { ...SMS, whatsapp_template: TEMPLATE }],
    ['whatsapp_template', { ...APPROVED, whatsapp_template: 'order_shipped' }],
    ['whatsapp_template', { ...APPROVED, whatsapp_template: [] }],
    ['whatsapp_template', { ...APPROVED, whatsapp_template: [TEMPLATE] }],
    ['whatsapp_template.name', { ...APPROVED, whatsapp_template: { ...TEMPLATE, name: 'order shipped' } }],
    ['whatsapp_template.language', { ...APPROVED, whatsapp_template: { ...TEMPLATE, language: 'portuguese' } }],
    ['whatsapp_template.parameters', { ...APPROVED, whatsapp_template: { ...TEMPLATE, parameters: ['a\nb'] } }],
    ['whatsapp_template.parameters', { ...APPROVED, whatsapp_template: { ...TEMPLATE, parameters: ['a     b'] } }],
    ['whatsapp_template.parameters', { ...APPROVED, whatsapp_template: { ...TEMPLATE, parameters: [''] } }],
    ['whatsapp_template.parameters', { ...APPROVED, whatsapp_template: { ...TEMPLATE, parameters: [1] } }],
    ['whatsapp_template.parameters', { ...APPROVED, whatsapp_template: { ...TEMPLATE, parameters: 'Ann' } }],
    [
      'whatsapp_template.named_parameters',
      { ...APPROVED, whatsapp_template: { ...TEMPLATE, named_parameters: { order: 'A-17' } } },
    ],
    [
      'whatsapp_template.named_parameters',
      { ...APPROVED, whatsapp_template: { ...BARE, named_parameters: { Order: 'A-17' } } },
    ],
    ['whatsapp_template.named_parameters', { ...APPROVED, whatsapp_template: { ...BARE, named_parameters: {} } }],
    ['whatsapp_template.named_parameters', { ...APPROVED, whatsapp_template: { ...BARE, named_parameters: ['a'] } }],
    ['whatsapp_template.header.type', headed({ type: 'audio', id: '1' })],
    ['whatsapp_template.header.text', headed({ type: 'text' })],
    ['whatsapp_template.header.link', headed({ type: 'text', text: 'x', link: 'https://example.com/a' })],
    ['whatsapp_template.header.link', headed({ type: 'image' })],
    ['whatsapp_template.header.link', headed({ type: 'image', link: 'http://example.com/a.png' })],
    ['whatsapp_template.header.link', headed({ type: 'image', link: 'https://169.254.169.254/latest' })],
    ['whatsapp_template.header.link', headed({ type: 'image', link: 'https://2130706433/' })],
    ['whatsapp_template.header.link', headed({ type: 'image', link: 'https://[::1]/' })],
    ['whatsapp_template.header.link', headed({ type: 'image', link: 'https://db.internal/' })],
    ['whatsapp_template.header.link', headed({ type: 'image', link: 'https://user@example.com/' })],
    ['whatsapp_template.header.id', headed({ type: 'image', id: '1', link: 'https://example.com/a.png' })],
    ['whatsapp_template.header.filename', headed({ type: 'image', id: '1', filename: 'a.png' })],
    ['whatsapp_template.header.filename', headed({ type: 'document', id: '1', filename: '../a.pdf' })],
    ['whatsapp_template.header.surprise', headed({ type: 'document', id: '1', surprise: 1 })],
    ['whatsapp_template.buttons.0.type', buttoned({ type: 'call', value: 'x' })],
    ['whatsapp_template.buttons.0.value', buttoned({ type: 'url' })],
    ['whatsapp_template.buttons.0.value', buttoned({ type: 'copy_code', value: 'x'.repeat(21) })],
    ['whatsapp_template.buttons.1.index', buttoned({ type: 'url', value: 'a', index: 1 }, { type: 'url', value: 'b' })],
    ['whatsapp_template.buttons.0.index', buttoned({ type: 'url', value: 'a', index: 10 })],
    ['whatsapp_template.surprise', { ...APPROVED, whatsapp_template: { ...TEMPLATE, surprise: 1 } }],
    ['data', { ...SMS, data: { a: 'b' } }],
    ['data', { ...PUSH, data: { a: 1 } }],
    ['data', { ...PUSH, data: ['a'] }],
    ['data', { ...PUSH, data: { from: 'x' } }],
    ['data', { ...PUSH, data: { 'google.x': 'x' } }],
    ['data', { ...PUSH, data: { a: 'é'.repeat(1_600) } }],
    ['audio', { ...VOICE, audio: 'two words' }],
    ['audio', { ...SMS, audio: 'x' }],
  ])('refuses a wrong %s: %#', async (field, message) => {
    const answer = await post('/v1/messages', message);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<Problem>().errors?.map((error) => error.field)).toContain(field);
  });

  it('fills a template of the channel, with data beside it for push alone', async () => {
    const template = { name: 'shipped', channel: 'push', subject: 'Order {{id}}', text: 'is on its way' };
    const { id } = (await post('/v1/templates', template)).json<{ id: string }>();
    await post(`/v1/templates/${id}/publish`, { version: 1 });
    const { subject: _subject, text: _text, ...envelope } = PUSH;
    const filled = { ...envelope, template: { name: 'shipped' }, variables: { id: '17' }, data: { order: '17' } };
    const answer = await post('/v1/messages', filled);
    expect(answer.statusCode, answer.body).toBe(202);
    expect(await row(answer.json<{ id: string }>().id)).toMatchObject({
      content: { data: { order: '17' } },
      template_version_id: expect.any(String) as string,
    });
  });

  it('finds what was sent to a device, and suppresses it', async () => {
    const query = `channel=push&recipient=${encodeURIComponent(SUBSCRIPTION)}`;
    const found = await api.app.inject({ url: `/v1/messages?${query}`, headers: key.headers });
    expect(found.json<MessagePageDto>().data.length).toBeGreaterThan(0);
    const suppression = await post('/v1/suppressions', { channel: 'push', address: SUBSCRIPTION });
    expect(suppression.statusCode, suppression.body).toBe(201);
    const filter = `channel=push&address=${encodeURIComponent(SUBSCRIPTION)}`;
    const listed = await api.app.inject({ url: `/v1/suppressions?${filter}`, headers: key.headers });
    expect(listed.json<{ data: object[] }>().data).toHaveLength(1);
  });

  it('shows the content of none of them', async () => {
    const { id } = (await post('/v1/messages', { ...PUSH, text: 'canary', data: { canary: '1' } })).json<{
      id: string;
    }>();
    const shown = await api.app.inject({ url: `/v1/messages/${id}`, headers: key.headers });
    expect(shown.statusCode).toBe(200);
    expect(shown.body).not.toContain('canary');
  });

  it.each([
    ['parameters', { parameters: ['Ann', ''] }, /^(?!.*line breaks).*characters/],
    ['parameters', { parameters: ['a\nb'] }, /line breaks/],
    ['named_parameters', { named_parameters: { name: '' } }, /1 to 1024 characters/],
  ])('that are templates of WhatsApp say what is wrong with their %s: %j', async (field, wrong, message) => {
    const answer = await post('/v1/messages', { ...APPROVED, whatsapp_template: { ...BARE, ...wrong } });
    expect(answer.statusCode).toBe(400);
    const [error] = answer.json<Problem>().errors ?? [];
    expect(error?.field).toMatch(new RegExp(`^whatsapp_template.${field}`));
    expect(error?.message).toMatch(message);
  });
});
