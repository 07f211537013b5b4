import { CHANNEL, carries, CONTENT_NAMES, contentField, type ContentName } from '@outbell/channels/channels.js';
import { OutboundGuard } from '@outbell/providers/outbound-guard.js';
import { isLongerThan } from '@outbell/shared/characters.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { MessageRequest } from './message-request.js';

/** Of hosts that nobody has allowed, only those of the internet pass. */
const OUTSIDE = new OutboundGuard([]);

/** What is wrong with what a message is to say, on its channel; empty when nothing is. */
export function contentErrors(request: MessageRequest): FieldError[] {
  const given = CONTENT_NAMES.filter((name) => request[name] !== undefined);
  return request.template ? besideTemplate(request, given) : inline(request, given);
}

function besideTemplate(request: MessageRequest, given: ContentName[]): FieldError[] {
  const own = given.filter((name) => !contentField(name).besideTemplate);
  return [
    ...foreign(request, given),
    ...own
      .filter((part) => carries(request.channel, part))
      .map((field): FieldError => {
        return { field, message: 'is given by the template; leave one of the two out', code: 'not_allowed' };
      }),
  ];
}

function inline(request: MessageRequest, given: ContentName[]): FieldError[] {
  const { channel } = request;
  const errors = foreign(request, given);
  if (request.variables) {
    const message = 'only a template has variables; name a template';
    errors.push({ field: 'variables', message, code: 'not_allowed' });
  }
  for (const group of CHANNEL[channel].needs) {
    if (group.some((name) => request[name])) continue;
    const message = `${channel} needs ${group.join(' or ')}, or a template`;
    errors.push({ field: group[0] as ContentName, message, code: 'required' });
  }
  errors.push(...manyLines(request, given), ...(CHANNEL[channel].faults?.(request, isOutside) ?? []));
  if (request.textFault && carries(channel, 'html')) errors.push({ field: 'html', message: request.textFault });
  return [...errors, ...tooLong(request, given)];
}

function foreign(request: MessageRequest, given: ContentName[]): FieldError[] {
  return given
    .filter((part) => !carries(request.channel, part))
    .map((field) => ({ field, message: `${request.channel} cannot carry ${field}`, code: 'not_allowed' }));
}

function manyLines(request: MessageRequest, given: ContentName[]): FieldError[] {
  return given
    .filter((name) => {
      const value = request[name];
      return contentField(name).oneLine && typeof value === 'string' && /[\r\n]/.test(value);
    })
    .map((field) => ({ field, message: 'must be one line', code: 'wrong_format' }));
}

function isOutside(host: string): boolean {
  try {
    OUTSIDE.check(host);
    return true;
  } catch {
    return false;
  }
}

function tooLong(request: MessageRequest, given: ContentName[]): FieldError[] {
  const { channel } = request;
  const { longest } = CHANNEL[channel];
  return given
    .filter((name) => {
      const value = request[name];
      return carries(channel, name) && typeof value === 'string' && isLongerThan(value, longest);
    })
    .map((field): FieldError => {
      const message = `must not be longer than ${longest} characters on ${channel}`;
      return { field, message, code: 'too_long' };
    });
}
