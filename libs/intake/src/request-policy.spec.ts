import type { FieldError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import type { MessageRequest } from './message-request.js';
import { MAX_SCHEDULE_DAYS, requestErrors } from './request-policy.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const ENVELOPE = { tenantId: newId(), mode: 'live', channel: 'email', to: 'a@example.org', sender: 'x' } as const;
const INLINE: MessageRequest = { ...ENVELOPE, subject: 'Hello', text: 'Hello Ann' };
const TEMPLATED: MessageRequest = { ...ENVELOPE, template: { name: 'welcome' }, variables: { name: 'Ann' } };

function fields(request: MessageRequest): string[] {
  return errors(request).map(({ field }) => field);
}

function errors(request: MessageRequest): FieldError[] {
  return requestErrors(request, ['email'], NOW);
}

function after(milliseconds: number): Date {
  return new Date(NOW.getTime() + milliseconds);
}

describe('the channel', () => {
  it('is one that this installation delivers', () => {
    expect(fields(INLINE)).toEqual([]);
    const [error] = errors({ ...INLINE, channel: 'push' });
    expect(error).toMatchObject({ field: 'channel', message: expect.stringContaining('email') as string });
  });

  it('asks an email for a subject, and no other', () => {
    expect(fields({ ...ENVELOPE, text: 'x' })).toEqual(['subject']);
    expect(requestErrors({ ...ENVELOPE, channel: 'sms', text: 'x' }, ['sms'], NOW)).toEqual([]);
  });
});

describe('the content', () => {
  it.each<[string, MessageRequest]>([
    ['a template with variables', TEMPLATED],
    ['a template without', { ...TEMPLATED, variables: undefined }],
    ['subject and text', INLINE],
    ['subject and html', { ...ENVELOPE, subject: 'x', html: '<p>x</p>' }],
    ['subject, html and text', { ...INLINE, html: '<p>x</p>' }],
    ['a text of a million characters', { ...INLINE, text: 'x'.repeat(1_000_000) }],
  ])('is %s', (_, request) => {
    expect(errors(request)).toEqual([]);
  });

  it.each<[string, MessageRequest, string[]]>([
    ['nothing', ENVELOPE, ['text', 'subject']],
    ['an empty text', { ...INLINE, text: '' }, ['text']],
    ['an empty subject', { ...INLINE, subject: '' }, ['subject']],
    [
      'a template and content beside it',
      { ...TEMPLATED, subject: 'x', html: 'x', text: '' },
      ['subject', 'html', 'text'],
    ],
    ['variables without a template', { ...INLINE, variables: {} }, ['variables']],
    ['a subject of two lines', { ...INLINE, subject: 'x\nBcc: eve@example.org' }, ['subject']],
    ['a subject with a carriage return', { ...INLINE, subject: 'x\ry' }, ['subject']],
    ['a text beyond a million characters', { ...INLINE, text: 'x'.repeat(1_000_001) }, ['text']],
  ])('is not %s', (_, request, expected) => {
    expect(fields(request)).toEqual(expected);
  });
});

describe('the schedule', () => {
  it.each([
    ['a minute ago: clocks differ', -60_000],
    ['now', 0],
    ['in a year', MAX_SCHEDULE_DAYS * 86_400_000],
  ])('may be %s', (_, wait) => {
    expect(errors({ ...INLINE, scheduledAt: after(wait) })).toEqual([]);
  });

  it.each([
    ['more than a minute ago', -60_001],
    ['beyond a year', MAX_SCHEDULE_DAYS * 86_400_000 + 1],
  ])('may not be %s', (_, wait) => {
    expect(fields({ ...INLINE, scheduledAt: after(wait) })).toEqual(['scheduled_at']);
  });
});

describe('the expiry', () => {
  it('is in the future', () => {
    expect(errors({ ...INLINE, expiresAt: after(1) })).toEqual([]);
    expect(fields({ ...INLINE, expiresAt: NOW })).toEqual(['expires_at']);
  });

  it('is later than the schedule', () => {
    expect(errors({ ...INLINE, scheduledAt: after(1_000), expiresAt: after(1_001) })).toEqual([]);
    expect(fields({ ...INLINE, scheduledAt: after(1_000), expiresAt: after(1_000) })).toEqual(['expires_at']);
  });

  it('is in the future although the schedule is within the tolerance of the past', () => {
    expect(fields({ ...INLINE, scheduledAt: after(-50_000), expiresAt: after(-40_000) })).toEqual(['expires_at']);
  });
});

it('tells all that is wrong at once', () => {
  const request = {
    ...ENVELOPE,
    channel: 'sms',
    variables: {},
    scheduledAt: new Date(0),
    expiresAt: new Date(0),
  } as const;
  expect(fields(request)).toEqual(['channel', 'variables', 'text', 'scheduled_at', 'expires_at']);
});
