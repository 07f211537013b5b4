import { isLongerThan } from '@outbell/shared/characters.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { MessageRequest } from './message-request.js';
import { whatsAppTemplateErrors } from './whatsapp-template-policy.js';

/** Parts of inline content, as the API names them. */
type Part = 'subject' | 'html' | 'text' | 'whatsapp_template' | 'data' | 'audio';

interface ChannelContent {
  /** Any other part is refused, since it would be lost. */
  carries: readonly Part[];
  /** Of each group at least one must be there. */
  needs: readonly (readonly Part[])[];
  /** The longest text, in characters: beyond it no vendor of the channel takes it. */
  longest: number;
}

const CHANNEL_CONTENT: Record<Channel, ChannelContent> = {
  email: { carries: ['subject', 'html', 'text'], needs: [['text', 'html'], ['subject']], longest: 1_000_000 },
  sms: { carries: ['text'], needs: [['text']], longest: 1_600 },
  whatsapp: { carries: ['text', 'whatsapp_template'], needs: [['text', 'whatsapp_template']], longest: 4_096 },
  push: { carries: ['subject', 'text', 'data'], needs: [['text']], longest: 4_096 },
  voice: { carries: ['audio'], needs: [['audio']], longest: 200 },
};

const READ: Record<Part, (request: MessageRequest) => unknown> = {
  subject: ({ subject }) => subject,
  html: ({ html }) => html,
  text: ({ text }) => text,
  whatsapp_template: ({ whatsappTemplate }) => whatsappTemplate,
  data: ({ data }) => data,
  audio: ({ audio }) => audio,
};
const PARTS = Object.keys(READ) as Part[];

/** What no template can say, and so may stand beside one. */
const BESIDE_TEMPLATE: Part = 'data';

/** What is wrong with what a message is to say, on its channel; empty when nothing is. */
export function contentErrors(request: MessageRequest): FieldError[] {
  const given = PARTS.filter((part) => READ[part](request) !== undefined);
  return request.template ? besideTemplate(request, given) : inline(request, given);
}

function besideTemplate(request: MessageRequest, given: Part[]): FieldError[] {
  const own = given.filter((part) => part !== BESIDE_TEMPLATE);
  return [
    ...foreign(request, given),
    ...own
      .filter((part) => carries(request, part))
      .map((field): FieldError => {
        return { field, message: 'is given by the template; leave one of the two out', code: 'not_allowed' };
      }),
  ];
}

function inline(request: MessageRequest, given: Part[]): FieldError[] {
  const { channel } = request;
  const errors = foreign(request, given);
  if (request.variables) {
    const message = 'only a template has variables; name a template';
    errors.push({ field: 'variables', message, code: 'not_allowed' });
  }
  for (const group of CHANNEL_CONTENT[channel].needs) {
    if (group.some((part) => READ[part](request))) continue;
    const message = `${channel} needs ${group.join(' or ')}, or a template`;
    errors.push({ field: group[0] as Part, message, code: 'required' });
  }
  if (channel === 'whatsapp' && request.whatsappTemplate && request.text) {
    const message = 'is given by whatsapp_template; leave one of the two out';
    errors.push({ field: 'text', message, code: 'not_allowed' });
  }
  if (request.subject && /[\r\n]/.test(request.subject)) {
    errors.push({ field: 'subject', message: 'must be one line', code: 'wrong_format' });
  }
  if (channel === 'whatsapp' && request.whatsappTemplate) {
    errors.push(...whatsAppTemplateErrors(request.whatsappTemplate));
  }
  if (request.textFault && carries(request, 'html')) errors.push({ field: 'html', message: request.textFault });
  return [...errors, ...tooLong(request, given)];
}

function foreign(request: MessageRequest, given: Part[]): FieldError[] {
  return given
    .filter((part) => !carries(request, part))
    .map((field) => ({ field, message: `${request.channel} cannot carry ${field}`, code: 'not_allowed' }));
}

function tooLong(request: MessageRequest, given: Part[]): FieldError[] {
  const { longest } = CHANNEL_CONTENT[request.channel];
  return given
    .filter((part) => {
      const value = READ[part](request);
      return carries(request, part) && typeof value === 'string' && isLongerThan(value, longest);
    })
    .map((field): FieldError => {
      const message = `must not be longer than ${longest} characters on ${request.channel}`;
      return { field, message, code: 'too_long' };
    });
}

function carries({ channel }: MessageRequest, part: Part): boolean {
  return CHANNEL_CONTENT[channel].carries.includes(part);
}
