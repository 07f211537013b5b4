import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateMessageDto } from './create-message.dto.js';

const RECEIPT = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com' } as const;
const TO_PHONE = { to: '+33612345678' } as const;

/** Of POST /v1/messages. Each needs its sender, and what else it names. */
export const MESSAGE_EXAMPLES: NamedExamples<CreateMessageDto> = {
  email: {
    summary: 'An email with its content',
    value: { ...RECEIPT, subject: 'Your receipt', html: '<p>Thank you.</p>', text: 'Thank you.' },
  },
  template: {
    summary: 'An email by template',
    value: {
      ...RECEIPT,
      template: { name: 'order-confirmation' },
      variables: { name: 'Ann', order: { id: 'A-17' }, items: [{ title: 'Tea' }] },
      metadata: { order_id: 'A-17' },
      tags: ['receipts'],
    },
  },
  newsletter: {
    summary: 'A newsletter, with an unsubscribe link',
    value: { ...RECEIPT, subject: 'Offers of the week', html: '<p>Tea.</p>', priority: 'bulk', topic: 'offers' },
  },
  'sms-code': {
    summary: 'A code by SMS',
    value: { channel: 'sms', ...TO_PHONE, sender: 'MyShop', text: 'Your code is 481516.', priority: 'high' },
  },
  contact: {
    summary: 'An SMS to a contact',
    value: { channel: 'sms', to_contact: 'customer-17', sender: 'MyShop', text: 'Your order is on its way.' },
  },
  push: {
    summary: 'A push notification to an app',
    value: {
      channel: 'push',
      to: 'fGx1mQ0sT9u:APA91bH-a-registration-token-of-FCM',
      sender: 'com.example.shop',
      subject: 'Your order',
      text: 'It is on its way.',
      data: { order_id: 'A-17' },
    },
  },
  'whatsapp-template': {
    summary: 'A template that WhatsApp has approved',
    value: {
      channel: 'whatsapp',
      ...TO_PHONE,
      sender: '+15550001234',
      whatsapp_template: { name: 'order_shipped', language: 'en', parameters: ['Ann', 'A-17'] },
    },
  },
  'whatsapp-text': {
    summary: 'A WhatsApp text, within 24 hours of what the person wrote',
    value: { channel: 'whatsapp', ...TO_PHONE, sender: '+15550001234', text: 'We look into it.' },
  },
  voice: {
    summary: 'A call that plays a recording',
    value: { channel: 'voice', ...TO_PHONE, sender: '+33698765432', audio: 'a1b2c3' },
  },
  fallback: {
    summary: 'An email, and an SMS should it not be delivered in time',
    value: {
      ...RECEIPT,
      subject: 'Your appointment',
      text: 'Tomorrow at nine.',
      fallback: [{ channel: 'sms', ...TO_PHONE, sender: 'MyShop', text: 'Tomorrow at nine.', after: 'PT15M' }],
    },
  },
};

/** Of POST /v1/messages/batch. */
export const BATCH_EXAMPLES: NamedExamples<{ messages: CreateMessageDto[] }> = {
  receipts: {
    summary: 'Two emails',
    value: {
      messages: [
        { ...RECEIPT, subject: 'Your receipt', text: 'Thank you, Ann.' },
        { ...RECEIPT, to: 'bob@example.org', subject: 'Your receipt', text: 'Thank you, Bob.' },
      ],
    },
  },
};
