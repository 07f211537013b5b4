import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateSenderDto, UpdateSenderDto, VerifySenderDto } from './sender-requests.dto.js';

export const SENDER_EXAMPLES: NamedExamples<CreateSenderDto> = {
  email: { summary: 'Of emails', value: { channel: 'email', address: 'shop@example.com', name: 'Example Shop' } },
  sms: { summary: 'Of SMS', value: { channel: 'sms', address: 'MyShop' } },
  whatsapp: { summary: 'Of WhatsApp', value: { channel: 'whatsapp', address: '+15550001234' } },
  push: { summary: 'Of push notifications', value: { channel: 'push', address: 'com.example.shop' } },
  voice: { summary: 'Of calls', value: { channel: 'voice', address: '+33698765432' } },
};

/** Of PATCH /v1/senders/:id. */
export const SENDER_CHANGE_EXAMPLES: NamedExamples<UpdateSenderDto> = {
  limit: { summary: 'Rename and limit it', value: { name: 'Example Shop', rate_limits: '20/min,1000/h' } },
  pause: { summary: 'Pause it', value: { status: 'paused' } },
};

export const SENDER_CODE_EXAMPLES: NamedExamples<VerifySenderDto> = {
  code: { summary: 'The code that was sent to it', value: { code: '048213' } },
};
