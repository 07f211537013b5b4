import type { NamedExamples } from '../http/docs/named-examples.js';
import type {
  CreateTemplateDto,
  PreviewTemplateDto,
  PublishTemplateDto,
  TemplateContentDto,
} from './template-requests.dto.js';

const CONTENT = {
  subject: 'Your order {{order.id}}',
  html: '<p>Dear {{name}}, {{#each items}}{{title}}{{#unless @last}}, {{/unless}}{{/each}}</p>',
  text: 'Dear {{name}}, thank you for order {{order.id}}.',
};

export const TEMPLATE_EXAMPLES: NamedExamples<CreateTemplateDto> = {
  email: { summary: 'Of emails', value: { name: 'order-confirmation', channel: 'email', locale: 'en', ...CONTENT } },
  sms: {
    summary: 'Of SMS',
    value: { name: 'login-code', channel: 'sms', locale: 'en', text: 'Your code is {{code}}.' },
  },
  push: {
    summary: 'Of push notifications',
    value: {
      name: 'order-shipped',
      channel: 'push',
      locale: 'en',
      subject: 'Your order',
      text: '{{name}}: it is on its way.',
    },
  },
};

/** Of POST /v1/templates/:id/versions. */
export const VERSION_EXAMPLES: NamedExamples<TemplateContentDto> = {
  email: { summary: 'Of an email', value: { ...CONTENT, subject: 'We have your order {{order.id}}' } },
};

export const PUBLISH_EXAMPLES: NamedExamples<PublishTemplateDto> = {
  version: { summary: 'One version', value: { version: 2 } },
};

export const PREVIEW_EXAMPLES: NamedExamples<PreviewTemplateDto> = {
  newest: {
    summary: 'The newest version',
    value: { variables: { name: 'Ann', order: { id: 'A-17' }, items: [{ title: 'Tea' }] } },
  },
};
