import { CHANNELS } from '@outbell/shared/constants/channels.js';
import type { Priority } from '@outbell/shared/constants/priorities.js';
import type { Lane } from '@outbell/shared/constants/queues.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { until } from '../../../test/support/until.js';
import type { Consumer } from './consumer.js';
import type { Capabilities, TransportConnection } from './transport-driver.js';
import type { WakeUp } from './transport.js';

/** A driver on its real broker, which holds nothing yet. */
export interface Subject {
  url: string;
  /** Connects one more process, at this address. What a dead one held is given to others within seconds. */
  connect(url: string): Promise<TransportConnection>;
}

/** Tests what every transport does, and what it claims to do. */
export function transportContract(name: string, open: () => Promise<Subject>, capabilities: Capabilities): void {
  describe(`${name} as a transport`, () => {
    let subject: Subject;
    let process: TransportConnection;
    let consumers: Consumer[];
    beforeEach(async () => {
      consumers = [];
      subject = await open();
      process = await subject.connect(subject.url);
    });
    afterEach(async () => {
      await Promise.all(consumers.map((consumer) => consumer.drain()));
      await process.close();
    });

    const wakeUp = (lane: Lane, priority: Priority, ...ids: string[]): WakeUp => ({
      channel: 'email',
      lane,
      priority,
      ids,
    });

    const consume = (
      lane: Lane,
      handle: (ids: string[]) => Promise<void>,
      { concurrency = 1, by = process } = {},
    ): Consumer => {
      const consumer = by.server.consume({ channel: 'email', lane, concurrency, handle });
      consumers.push(consumer);
      return consumer;
    };

    /** Notes what arrives in a lane, in order. */
    const seenIn = (lane: Lane): string[][] => {
      const seen: string[][] = [];
      consume(lane, async (ids) => void seen.push(ids));
      return seen;
    };

    describe('its client', () => {
      it('carries the ids, and only to their lane', async () => {
        const [urgent, regular] = [[newId(), newId()], [newId()]];
        await process.client.publish([wakeUp('urgent', 'high', ...urgent), wakeUp('regular', 'normal', ...regular)]);
        const lanes = [seenIn('urgent'), seenIn('regular')];
        await until(async () => lanes.every(({ length }) => length > 0));
        expect(lanes).toEqual([[urgent], [regular]]);
      });

      it.runIf(capabilities.priorityInLane)('lets normal overtake bulk that waits', async () => {
        await process.client.publish([
          wakeUp('regular', 'bulk', 'bulk-1'),
          wakeUp('regular', 'bulk', 'bulk-2'),
          wakeUp('regular', 'normal', 'normal'),
        ]);
        const seen = seenIn('regular');
        await until(async () => seen.length === 3);
        expect(seen[0]).toEqual(['normal']);
      });

      it.runIf(capabilities.exactDepth)('tells how many wait, per channel and lane', async () => {
        await process.client.publish(Array.from({ length: 5 }, () => wakeUp('regular', 'bulk', newId())));
        expect(await process.client.depth('email', 'regular')).toBe(5);
        expect(await process.client.depth('email', 'urgent')).toBe(0);
        for (const channel of CHANNELS.filter((each) => each !== 'email')) {
          expect(await process.client.depth(channel, 'regular')).toBe(0);
        }
      });

      it('answers a ping', async () => {
        await expect(process.client.ping()).resolves.toBeUndefined();
      });
    });

    describe('its server', () => {
      it('handles as many at once as the subscription allows, and the next when one has ended', async () => {
        const open: (() => void)[] = [];
        consume('regular', () => new Promise<void>((resolve) => open.push(resolve)), { concurrency: 2 });
        await process.client.publish([1, 2, 3].map((n) => wakeUp('regular', 'normal', `message-${n}`)));
        await until(async () => open.length === 2 && (await process.client.depth('email', 'regular')) === 1);
        open[0]?.();
        await until(async () => open.length === 3);
        expect(await process.client.depth('email', 'regular')).toBe(0);
        for (const end of open) end();
      });

      it('goes on after a handler that failed', async () => {
        const seen: string[][] = [];
        consume('regular', async (ids) => {
          seen.push(ids);
          if (seen.length === 1) throw new Error('a bug');
        });
        await process.client.publish([wakeUp('regular', 'normal', 'one'), wakeUp('regular', 'normal', 'two')]);
        await until(async () => seen.length === 2);
        expect(seen.flat().sort()).toEqual(['one', 'two']);
      });

      it('takes nothing more once stopped, and is drained when what is under way has ended', async () => {
        let end: (() => void) | undefined;
        let drained = false;
        const consumer = consume('regular', () => new Promise<void>((resolve) => (end = resolve)));
        await process.client.publish([wakeUp('regular', 'normal', 'first')]);
        await until(async () => end !== undefined);
        consumer.stop();
        await process.client.publish([wakeUp('regular', 'normal', 'second')]);
        const draining = consumer.drain().then(() => (drained = true));
        expect(await process.client.depth('email', 'regular')).toBe(1);
        expect(drained).toBe(false);
        end?.();
        await draining;
        expect(await process.client.depth('email', 'regular')).toBe(1);
      });

      it.runIf(capabilities.redelivers)('is given what another process held that died', async () => {
        const proxy = await TcpProxy.to(subject.url);
        const dead = await subject.connect(proxy.url);
        let release: (() => void) | undefined;
        onTestFinished(() => release?.());
        consume('regular', () => new Promise<void>((resolve) => (release = resolve)), { by: dead });
        await process.client.publish([wakeUp('regular', 'normal', 'held')]);
        await until(async () => release !== undefined);
        await proxy.shut();
        const seen = seenIn('regular');
        await until(async () => seen.length > 0);
        expect(seen).toEqual([['held']]);
        release?.();
        await dead.close();
      });
    });
  });
}
