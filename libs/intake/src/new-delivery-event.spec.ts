import type { DeliveryEvent } from '@outbell/providers/callback.js';
import { describe, expect, it } from 'vitest';
import { toNewDeliveryEvent } from './new-delivery-event.js';

const stop = (address: string, more: Partial<DeliveryEvent> = {}): DeliveryEvent => ({
  channel: 'whatsapp',
  eventId: 'e',
  kind: 'unsubscribed',
  at: null,
  address,
  suppress: 'unsubscribe',
  ...more,
});

describe('toNewDeliveryEvent', () => {
  it.each([
    ['+5215512345678', '+525512345678'],
    ['+553188881234', '+5531988881234'],
    ['+5491123456789', '+541123456789'],
    ['+541123456789', '+5491123456789'],
  ])('names %s by every spelling, also where no plan has that number', (address, other) => {
    const told = toNewDeliveryEvent(stop(address));
    expect(told.address).toBe(address);
    expect(told.spellings).toContain(other);
    expect(told.spellings).not.toContain(address);
  });

  it('leaves out what is no number at all', () => {
    expect(toNewDeliveryEvent(stop('Bank')).address).toBeNull();
    expect(toNewDeliveryEvent(stop('+12')).address).toBeNull();
    expect(toNewDeliveryEvent({ ...stop('nobody'), channel: 'email' })).toMatchObject({ address: null, spellings: [] });
  });

  it('names a sender as it may be written: in every spelling, and a short code without its plus', () => {
    expect(toNewDeliveryEvent(stop('+33612345678', { writtenTo: '+5215587654321' })).writtenTo).toEqual([
      '+5215587654321',
      '+525587654321',
    ]);
    expect(toNewDeliveryEvent(stop('+33612345678', { writtenTo: '+36180' })).writtenTo).toEqual(['+36180', '36180']);
  });
});
