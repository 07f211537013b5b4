import { NO_TRAITS } from '@outbell/shared/cargo.js';
import { IsString } from 'class-validator';
import type { ChannelDescriptor, ContentField } from './channel-descriptor.js';
import { SUBJECT, TEXT } from './content-fields.js';

export interface EmailContent {
  subject?: string | undefined;
  html?: string | undefined;
  text?: string | undefined;
}

const HTML: ContentField = { rules: [IsString()], example: '<p>Thank you.</p>' };

export const email: ChannelDescriptor<EmailContent> = {
  label: 'Email',
  address: 'email',
  sender: 'email',
  content: {
    subject: { field: SUBJECT, says: 'its subject' },
    html: { field: HTML, says: 'its html' },
    text: { field: TEXT, says: 'made from the html when left out' },
  },
  needs: [['text', 'html'], ['subject']],
  longest: 1_000_000,
  template: { carries: ['subject', 'html', 'text'], needs: [['subject'], ['html', 'text']] },
  traits: () => NO_TRAITS,
};
