import type { Channel } from '@outbell/shared/constants/channels.js';
import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import { contentErrors } from './content-policy.js';
import type { MessageRequest } from './message-request.js';

type Content = Omit<Partial<MessageRequest>, 'channel'>;

const WHATSAPP = { whatsapp_template: { name: 'order_shipped', language: 'en', parameters: ['Ann'] } };
const TEMPLATED = { template: { name: 'welcome' }, variables: { name: 'Ann' } };

function errors(channel: Channel, content: Content) {
  return contentErrors({ tenantId: newId(), mode: 'live', to: 'x', sender: 'x', channel, ...content });
}

describe('contentErrors', () => {
  it.each<[Channel, string, Content]>([
    ['sms', 'a text', { text: 'x'.repeat(1_600) }],
    ['sms', 'emoji, of which each is a character', { text: '🙂'.repeat(1_600) }],
    ['whatsapp', 'a text', { text: 'x'.repeat(4_096) }],
    ['whatsapp', 'a template of WhatsApp', WHATSAPP],
    ['push', 'a text', { text: 'x' }],
    ['push', 'a title, a text and data', { subject: 'x', text: 'x', data: { order: '1' } }],
    ['push', 'a template, and data beside it', { ...TEMPLATED, data: { order: '1' } }],
    ['voice', 'a recording', { audio: 'token' }],
    ['sms', 'a template', TEMPLATED],
    ['whatsapp', 'a template', TEMPLATED],
    ['voice', 'a template', TEMPLATED],
  ])('lets %s carry %s', (channel, _, content) => {
    expect(errors(channel, content)).toEqual([]);
  });

  it.each<[Channel, string, Content, string[]]>([
    ['email', 'a template of WhatsApp', { subject: 'x', text: 'x', ...WHATSAPP }, ['whatsapp_template']],
    ['email', 'data', { subject: 'x', text: 'x', data: {} }, ['data']],
    ['email', 'data beside a template', { ...TEMPLATED, data: {} }, ['data']],
    ['email', 'a recording', { subject: 'x', text: 'x', audio: 'x' }, ['audio']],
    ['sms', 'a subject', { subject: 'x', text: 'x' }, ['subject']],
    ['sms', 'html', { html: 'x' }, ['html', 'text']],
    ['sms', 'html beside a template', { ...TEMPLATED, html: 'x' }, ['html']],
    ['sms', 'more than 1,600 characters', { text: 'x'.repeat(1_601) }, ['text']],
    ['sms', 'more than 1,600 emoji', { text: '🙂'.repeat(1_601) }, ['text']],
    ['sms', 'a template of WhatsApp', { text: 'x', ...WHATSAPP }, ['whatsapp_template']],
    ['whatsapp', 'nothing', {}, ['text']],
    ['whatsapp', 'a text beside a template of WhatsApp', { text: 'x', ...WHATSAPP }, ['text']],
    ['whatsapp', 'a template of both kinds', { ...TEMPLATED, ...WHATSAPP }, ['whatsapp_template']],
    ['whatsapp', 'a subject', { subject: 'x', text: 'x' }, ['subject']],
    ['whatsapp', 'more than 4,096 characters', { text: 'x'.repeat(4_097) }, ['text']],
    ['push', 'a title alone', { subject: 'x' }, ['text']],
    ['push', 'a title of two lines', { subject: 'x\ny', text: 'x' }, ['subject']],
    ['push', 'html', { text: 'x', html: 'x' }, ['html']],
    ['push', 'a text beside a template', { ...TEMPLATED, text: 'x', data: {} }, ['text']],
    ['voice', 'a text', { text: 'x' }, ['text', 'audio']],
    ['voice', 'a recording beside a template', { ...TEMPLATED, audio: 'x' }, ['audio']],
    ['voice', 'variables without a template', { audio: 'x', variables: {} }, ['variables']],
  ])('does not let %s carry %s', (channel, _, content, fields) => {
    expect(errors(channel, content).map(({ field }) => field)).toEqual(fields);
  });

  it('says what a channel needs', () => {
    expect(errors('whatsapp', {})).toEqual([
      { field: 'text', message: 'whatsapp needs text or whatsapp_template, or a template', code: 'required' },
    ]);
  });
});
