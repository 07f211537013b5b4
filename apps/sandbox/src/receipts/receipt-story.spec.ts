import { describe, expect, it } from 'vitest';
import { receiptStory } from './receipt-story.js';

describe('receiptStory', () => {
  it.each([
    ['email', 'Ann@example.org', ['sent', 'delivered']],
    ['email', 'Bounce+x@example.org', ['sent', 'bounced']],
    ['email', 'bouncer@example.org', ['sent', 'delivered']],
    ['email', 'silent@example.org', []],
    ['sms', '+33612345678', ['sent', 'delivered']],
    ['sms', '+15555550102', ['sent', 'delivered', 'stop']],
    ['sms', '+15555550104', ['sent', 'delivered']],
    ['whatsapp', '+15555550104', ['sent', 'delivered', 'read']],
    ['voice', '+15555550101', ['sent', 'failed']],
  ] as const)('of %s to %s is %j', (channel, recipient, story) => {
    expect(receiptStory({ channel, to: [recipient] })).toEqual(story);
  });
});
