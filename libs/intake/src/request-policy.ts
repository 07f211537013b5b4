import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { MessageRequest } from './message-request.js';

/** The farthest a message may be scheduled. */
export const MAX_SCHEDULE_DAYS = 365;
/** A schedule this little in the past is "now": clocks differ and requests take time. */
const PAST_TOLERANCE_MS = 60_000;
/** The longest inline body or serialized variables of one message, in characters. */
const MAX_CONTENT = 1_000_000;
const DAY_MS = 86_400_000;

/** What is wrong with a request by itself, without looking anything up; empty when nothing is. */
export function requestErrors(request: MessageRequest, channels: Channel[], now: Date): FieldError[] {
  return [...channelErrors(request, channels), ...contentErrors(request), ...timeErrors(request, now)];
}

function channelErrors(request: MessageRequest, channels: Channel[]): FieldError[] {
  if (channels.includes(request.channel)) return [];
  return [{ field: 'channel', message: `this installation delivers ${channels.join(', ')}; set CHANNELS to add one` }];
}

function contentErrors(request: MessageRequest): FieldError[] {
  const inline = (['subject', 'html', 'text'] as const).filter((field) => request[field] !== undefined);
  if (request.template) {
    return inline.map((field) => ({ field, message: 'is given by the template; leave one of the two out' }));
  }
  const errors: FieldError[] = [];
  if (request.variables) errors.push({ field: 'variables', message: 'only a template has variables; name a template' });
  if (!request.html && !request.text) {
    errors.push({ field: 'text', message: 'give a template, or text or html (or both)' });
  }
  if (request.channel === 'email' && !request.subject) errors.push({ field: 'subject', message: 'an email needs one' });
  if (request.subject && /[\r\n]/.test(request.subject)) {
    errors.push({ field: 'subject', message: 'must be one line' });
  }
  for (const field of inline) {
    if ((request[field]?.length ?? 0) > MAX_CONTENT) {
      errors.push({ field, message: `must not be longer than ${MAX_CONTENT} characters` });
    }
  }
  return errors;
}

function timeErrors(request: MessageRequest, now: Date): FieldError[] {
  const errors: FieldError[] = [];
  const { scheduledAt, expiresAt } = request;
  if (scheduledAt && scheduledAt.getTime() < now.getTime() - PAST_TOLERANCE_MS) {
    errors.push({ field: 'scheduled_at', message: 'is in the past; leave it out to send now' });
  }
  if (scheduledAt && scheduledAt.getTime() > now.getTime() + MAX_SCHEDULE_DAYS * DAY_MS) {
    errors.push({ field: 'scheduled_at', message: `must be within ${MAX_SCHEDULE_DAYS} days` });
  }
  if (expiresAt && (expiresAt <= now || (scheduledAt && expiresAt <= scheduledAt))) {
    errors.push({ field: 'expires_at', message: 'must be later than scheduled_at, and in the future' });
  }
  return errors;
}
