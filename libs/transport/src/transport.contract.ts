import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lane } from '@outbell/shared/constants/queues.js';
import type { Transport } from './transport.js';

/** A driver on its real broker, as the suite needs it. */
export interface TransportHarness {
  transport: Transport;
  /** Listens to the email lane as a worker does, one wake-up at a time; `seen` grows with what arrived, in order. */
  listen(lane: Lane): { seen: string[][]; until(count: number): Promise<void> };
  close(): Promise<void>;
}

/** What every transport does. */
export function transportContract(name: string, open: () => Promise<TransportHarness>): void {
  describe(`${name} as a transport`, () => {
    let harness: TransportHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    it('carries the ids, and only to their lane', async () => {
      const urgent = [newId(), newId()];
      const regular = [newId()];
      await harness.transport.publish([
        { channel: 'email', lane: 'urgent', priority: 'high', ids: urgent },
        { channel: 'email', lane: 'regular', priority: 'normal', ids: regular },
      ]);
      const lanes = [harness.listen('urgent'), harness.listen('regular')] as const;
      await Promise.all(lanes.map((lane) => lane.until(1)));
      expect(lanes.map(({ seen }) => seen)).toEqual([[urgent], [regular]]);
    });

    it('lets normal overtake bulk that waits', async () => {
      await harness.transport.publish([
        { channel: 'email', lane: 'regular', priority: 'bulk', ids: ['bulk-1'] },
        { channel: 'email', lane: 'regular', priority: 'bulk', ids: ['bulk-2'] },
        { channel: 'email', lane: 'regular', priority: 'normal', ids: ['normal'] },
      ]);
      const { seen, until } = harness.listen('regular');
      await until(3);
      expect(seen[0]).toEqual(['normal']);
    });

    it('tells how many wait, per channel and lane', async () => {
      const wakeUps = Array.from({ length: 5 }, () => ({
        channel: 'email' as const,
        lane: 'regular' as const,
        priority: 'bulk' as const,
        ids: [newId()],
      }));
      await harness.transport.publish(wakeUps);
      expect(await harness.transport.depth('email', 'regular')).toBe(5);
      expect(await harness.transport.depth('email', 'urgent')).toBe(0);
      for (const channel of CHANNELS.filter((each) => each !== 'email')) {
        expect(await harness.transport.depth(channel, 'regular')).toBe(0);
      }
    });

    it('answers a ping', async () => {
      await expect(harness.transport.ping()).resolves.toBeUndefined();
    });
  });
}
