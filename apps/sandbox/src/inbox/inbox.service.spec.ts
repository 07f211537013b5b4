import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import type { Arrival } from './arrival.js';
import { Inbox, MAX_ARRIVALS } from './inbox.service.js';

function arrival(over: Partial<Arrival> = {}): Arrival {
  return {
    id: newId(),
    vendor: 'smtp',
    channel: 'email',
    messageId: 'm1',
    providerMessageId: null,
    receivedAt: new Date(),
    from: 'shop@acme.test',
    to: ['ann@example.org'],
    raw: Buffer.from('Subject: hello\r\n\r\nhello'),
    receipts: [],
    ...over,
  };
}

describe('Inbox', () => {
  it('keeps the newest messages only, whatever was looked at', () => {
    const inbox = new Inbox();
    const first = arrival();
    inbox.add(first);
    for (let count = 1; count < MAX_ARRIVALS; count += 1) inbox.add(arrival());
    expect(inbox.find(first.id)).toBe(first);
    const last = arrival();
    inbox.add(last);
    expect(inbox.size).toBe(MAX_ARRIVALS);
    expect(inbox.find(first.id)).toBeUndefined();
    expect(inbox.list({ limit: 1 })).toEqual([last]);
  });

  it('is bounded in bytes too', () => {
    const inbox = new Inbox();
    const raw = Buffer.alloc(30 * 1024 * 1024);
    for (let count = 0; count < 20; count += 1) inbox.add(arrival({ raw }));
    expect(inbox.size).toBe(8);
  });

  it('finds by recipient, message id and part of an address, newest first', () => {
    const inbox = new Inbox();
    const one = arrival();
    const two = arrival({ messageId: 'm2', to: ['bob@example.org'] });
    inbox.add(one);
    inbox.add(two);
    expect(inbox.list({ limit: 9 })).toEqual([two, one]);
    expect(inbox.list({ to: 'ANN@example.org', limit: 9 })).toEqual([one]);
    expect(inbox.list({ messageId: 'm2', limit: 9 })).toEqual([two]);
    expect(inbox.list({ search: 'Bob@', limit: 9 })).toEqual([two]);
    inbox.add(arrival({ channel: 'sms', vendor: 'twilio' }));
    expect(inbox.list({ channel: 'email', limit: 9 })).toEqual([two, one]);
    expect(inbox.list({ vendor: 'twilio', limit: 9 })).toHaveLength(1);
    expect(inbox.list({ before: two.id, limit: 9 })).toEqual([one]);
  });
});
