import { CHANNEL, carries, CONTENT_NAMES, contentField, type ContentName } from '@outbell/channels/channels.js';
import { OutboundGuard } from '@outbell/providers/outbound-guard.js';
import { isLongerThan } from '@outbell/shared/characters.js';
import type { FieldCode } from '@outbell/shared/constants/field-codes.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { MessageRequest } from './message-request.js';

/** Of hosts that nobody has allowed, only those of the internet pass. */
const OUTSIDE = new OutboundGuard([]);

/** Finds what is wrong with what a message is to say, on its channel; empty when nothing is. */
export function contentErrors(request: MessageRequest): FieldError[] {
  const given = CONTENT_NAMES.filter((name) => request[name] !== undefined);
  return request.template ? besideTemplate(request, given) : inline(request, given);
}

function besideTemplate(request: MessageRequest, given: ContentName[]): FieldError[] {
  const own = given.filter((name) => !contentField(name).besideTemplate && carries(request.channel, name));
  return [
    ...foreign(request, given),
    ...faults(own, () => 'is given by the template; leave one of the two out', 'not_allowed'),
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

function foreign({ channel }: MessageRequest, given: ContentName[]): FieldError[] {
  const names = given.filter((name) => !carries(channel, name));
  return faults(names, (name) => `${channel} cannot carry ${name}`, 'not_allowed');
}

function manyLines(request: MessageRequest, given: ContentName[]): FieldError[] {
  const names = given.filter((name) => contentField(name).oneLine && /[\r\n]/.test(textOf(request, name)));
  return faults(names, () => 'must be one line', 'wrong_format');
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
  const names = given.filter((name) => carries(channel, name) && isLongerThan(textOf(request, name), longest));
  return faults(names, () => `must not be longer than ${longest} characters on ${channel}`, 'too_long');
}

/** Reads a field; empty where it holds no text. */
function textOf(request: MessageRequest, name: ContentName): string {
  const value = request[name];
  return typeof value === 'string' ? value : '';
}

function faults(names: ContentName[], message: (name: ContentName) => string, code: FieldCode): FieldError[] {
  return names.map((field) => ({ field, message: message(field), code }));
}
