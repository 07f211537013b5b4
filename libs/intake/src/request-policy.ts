import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { contentErrors } from './content-policy.js';
import type { MessageRequest } from './message-request.js';

/** The farthest a message may be scheduled. */
export const MAX_SCHEDULE_DAYS = 365;
/** A schedule this little in the past is "now": clocks differ and requests take time. */
const PAST_TOLERANCE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Finds what is wrong with a request by itself, without looking anything up; empty when nothing is. */
export function requestErrors(request: MessageRequest, channels: Channel[], now: Date): FieldError[] {
  return [
    ...channelErrors(request.channel, channels),
    ...recipientErrors(request),
    ...contentErrors(request),
    ...timeErrors(request, now),
    ...topicErrors(request),
  ];
}

/** Finds what is wrong with a channel, on an installation that delivers these; empty when nothing is. */
export function channelErrors(channel: Channel, channels: Channel[]): FieldError[] {
  if (channels.includes(channel)) return [];
  const message = `this installation delivers ${channels.join(', ')}; set CHANNELS to add one`;
  return [{ field: 'channel', message, code: 'channel_not_enabled' }];
}

function recipientErrors({ mode, to, toContact }: MessageRequest): FieldError[] {
  if (mode === 'test' && toContact !== undefined) {
    const message = 'is live data, closed to test keys: give an address in `to`';
    return [{ field: 'to_contact', code: 'not_allowed', message }];
  }
  if (to === undefined && toContact === undefined) {
    return [{ field: 'to', message: 'is required: give it, or to_contact', code: 'required' }];
  }
  if (to === undefined || toContact === undefined) return [];
  return [{ field: 'to_contact', message: 'is given beside to; leave one of the two out', code: 'not_allowed' }];
}

function topicErrors({ topic, priority }: MessageRequest): FieldError[] {
  if (topic === undefined || priority === 'bulk') return [];
  const message = 'is of bulk messages, which can be unsubscribed from: give priority bulk beside it';
  return [{ field: 'topic', message }];
}

function timeErrors(request: MessageRequest, now: Date): FieldError[] {
  const errors: FieldError[] = [];
  const { scheduledAt, expiresAt } = request;
  if (scheduledAt && scheduledAt.getTime() < now.getTime() - PAST_TOLERANCE_MS) {
    errors.push({ field: 'scheduled_at', message: 'is in the past; leave it out to send now', code: 'out_of_range' });
  }
  if (scheduledAt && scheduledAt.getTime() > now.getTime() + MAX_SCHEDULE_DAYS * DAY_MS) {
    errors.push({ field: 'scheduled_at', message: `must be within ${MAX_SCHEDULE_DAYS} days`, code: 'out_of_range' });
  }
  if (expiresAt && (expiresAt <= now || (scheduledAt && expiresAt <= scheduledAt))) {
    const message = 'must be later than scheduled_at, and in the future';
    errors.push({ field: 'expires_at', message, code: 'out_of_range' });
  }
  return errors;
}
