import type { Priority } from '@outbell/shared/constants/priorities.js';
import type { Lane } from '@outbell/shared/constants/queues.js';
import { deliveryTopic, type Topic } from '@outbell/shared/constants/topics.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { until } from '../../../test/support/until.js';
import type { Consumer, Flow } from './consumer.js';
import type { Capabilities, TransportConnection } from './transport-driver.js';
import type { WakeUp } from './transport.js';
import type { Verdict } from './verdict.js';

/** A driver on its real broker, which holds nothing yet. */
export interface Subject {
  /** Where the broker is. */
  url: string;
  /** Connects one more process, at this address. What a dead one held is given to others within seconds. */
  connect(url: string): Promise<TransportConnection>;
}

const NOTIFICATIONS = 'notifications.email';
const REGULAR = deliveryTopic('email', 'regular');
const URGENT = deliveryTopic('email', 'urgent');

/** Checks what every transport does, and what this one claims to do. */
export function transportContract(name: string, open: () => Promise<Subject>, capabilities: Capabilities): void {
  describe(`${name} as a transport`, () => {
    let subject: Subject;
    let process: TransportConnection;
    let consumers: Consumer[];
    let heldOpen: (() => void)[];
    beforeEach(async () => {
      consumers = [];
      heldOpen = [];
      subject = await open();
      process = await subject.connect(subject.url);
    });
    afterEach(async () => {
      for (const end of heldOpen) end();
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
      topic: Topic,
      handle: (items: unknown[]) => Promise<Verdict[]>,
      { concurrency = 1, batch = 1, by = process }: Partial<Flow> & { by?: TransportConnection } = {},
    ): Consumer => {
      const consumer = by.server.consume({ topic, concurrency, batch, handle });
      consumers.push(consumer);
      return consumer;
    };

    /** Notes what arrives in a topic, in order. */
    const seenIn = (topic: Topic, flow?: Partial<Flow>): unknown[] => {
      const seen: unknown[] = [];
      const handle = async (items: unknown[]): Promise<Verdict[]> => {
        seen.push(...items);
        return items.map(() => 'ack');
      };
      consume(topic, handle, flow);
      return seen;
    };

    /** Consumes a topic in batches that end when the test says so. */
    const held = (topic: Topic, flow?: Partial<Flow> & { by?: TransportConnection }): (() => void)[] => {
      const open: (() => void)[] = [];
      const handle = (items: unknown[]) =>
        new Promise<Verdict[]>((resolve) => {
          const end = () => resolve(items.map(() => 'ack'));
          open.push(end);
          heldOpen.push(end);
        });
      consume(topic, handle, flow);
      return open;
    };

    describe('its wake-ups', () => {
      it('carry the ids, and only to their lane', async () => {
        const [urgent, regular] = [[newId(), newId()], [newId()]];
        const lanes = [seenIn(URGENT), seenIn(REGULAR)];
        await process.client.publish([wakeUp('urgent', 'high', ...urgent), wakeUp('regular', 'normal', ...regular)]);
        await until(async () => lanes.every(({ length }) => length > 0));
        expect(lanes).toEqual([[{ ids: urgent }], [{ ids: regular }]]);
      });

      it.runIf(capabilities.priorityInLane)('let normal overtake bulk that waits', async () => {
        await blocked(REGULAR);
        await process.client.publish([
          wakeUp('regular', 'bulk', 'bulk-1'),
          wakeUp('regular', 'bulk', 'bulk-2'),
          wakeUp('regular', 'normal', 'normal'),
        ]);
        const seen = seenIn(REGULAR);
        await until(async () => seen.length === 3);
        expect(seen[0]).toEqual({ ids: ['normal'] });
      });

      it.runIf(capabilities.exactDepth)('are counted, per channel and lane', async () => {
        await blocked(REGULAR);
        await process.client.publish(Array.from({ length: 5 }, () => wakeUp('regular', 'bulk', newId())));
        await until(async () => (await process.client.depth(REGULAR)) === 5);
        expect(await process.client.depth(URGENT)).toBe(0);
        expect(await process.client.depth('deliveries.sms.regular')).toBe(0);
      });
    });

    /** One consumer of the topic holds its first item: what comes next waits. */
    async function blocked(topic: Topic): Promise<void> {
      const open = held(topic);
      await process.client.publish([wakeUp('regular', 'normal', 'first')]);
      await until(async () => open.length === 1);
    }

    describe('its events', () => {
      it('arrive as they were sent, and only in their topic', async () => {
        const events = [
          { notification_id: newId(), payload: { name: 'Zoë "Z" \n', tags: [1, null, { a: true }] } },
          'text',
        ];
        const [mine, others] = [seenIn(NOTIFICATIONS), seenIn('notifications.sms')];
        await process.client.emit(NOTIFICATIONS, events);
        await until(async () => mine.length === 2);
        expect(mine).toEqual(expect.arrayContaining(events));
        expect(others).toEqual([]);
      });

      it('come in batches of at most the size that was asked for', async () => {
        const sizes: number[] = [];
        const handle = async (items: unknown[]): Promise<Verdict[]> => {
          sizes.push(items.length);
          return items.map(() => 'ack');
        };
        consume(NOTIFICATIONS, handle, { batch: 10, concurrency: 2 });
        await process.client.emit(
          NOTIFICATIONS,
          Array.from({ length: 25 }, (_, n) => ({ n })),
        );
        await until(async () => sizes.reduce((sum, size) => sum + size, 0) === 25);
        expect(Math.max(...sizes)).toBeGreaterThan(1);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
      });

      it.runIf(capabilities.standsAlone)('wait for a worker that comes later', async () => {
        await process.client.emit(NOTIFICATIONS, [{ early: true }]);
        const seen = seenIn(NOTIFICATIONS);
        await until(async () => seen.length === 1);
        expect(seen).toEqual([{ early: true }]);
      });
    });

    describe('a verdict', () => {
      /** Answers as told on each delivery of an item, then `ack`. */
      const answering = (...verdicts: Verdict[]): unknown[] => {
        const seen: unknown[] = [];
        consume(NOTIFICATIONS, async (items) => items.map((item) => verdicts[seen.push(item) - 1] ?? 'ack'));
        return seen;
      };

      it('retry: it is delivered again', async () => {
        const seen = answering({ retry: 'not yet', afterMs: 50 });
        await process.client.emit(NOTIFICATIONS, [{ n: 1 }]);
        await until(async () => seen.length === 2);
        expect(seen).toEqual([{ n: 1 }, { n: 1 }]);
      });

      it('dead: it is not, and what comes next is', async () => {
        const seen = answering({ dead: 'no event' });
        await process.client.emit(NOTIFICATIONS, [{ n: 1 }]).catch(() => undefined);
        await until(async () => seen.length === 1);
        await process.client.emit(NOTIFICATIONS, [{ n: 2 }]);
        await until(async () => seen.length === 2);
        expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
        expect(await process.client.depth(NOTIFICATIONS)).toBe(0);
      });

      it('hold: it is handed over until something can be done, and nothing else meanwhile', async () => {
        const seen = answering({ hold: 'database_away' }, { hold: 'database_away' });
        await Promise.all([1, 2].map((n) => process.client.emit(NOTIFICATIONS, [{ n }])));
        await until(async () => seen.length === 4);
        expect(seen.slice(1, 3)).toEqual([seen[0], seen[0]]);
        expect(seen[3]).not.toEqual(seen[0]);
      });
    });

    describe('its server', () => {
      it('handles as many batches at once as it may, and the next when one has ended', async () => {
        const open = held(REGULAR, { concurrency: 2 });
        await process.client.publish([1, 2, 3].map((n) => wakeUp('regular', 'normal', `message-${n}`)));
        await until(async () => open.length === 2 && (await process.client.depth(REGULAR)) === 1);
        open[0]?.();
        await until(async () => open.length === 3);
        expect(await process.client.depth(REGULAR)).toBe(0);
      });

      it('goes on after a handler that failed', async () => {
        const seen: unknown[] = [];
        consume(REGULAR, async (items) => {
          seen.push(...items);
          if (seen.length === 1) throw new Error('a bug');
          return items.map(() => 'ack');
        });
        await process.client.publish([wakeUp('regular', 'normal', 'one'), wakeUp('regular', 'normal', 'two')]);
        const both = [{ ids: ['one'] }, { ids: ['two'] }];
        await until(async () =>
          both.every((each) => seen.some((item) => JSON.stringify(item) === JSON.stringify(each))),
        );
      });

      it('takes nothing more once stopped, and is drained when what is under way has ended', async () => {
        const open = held(REGULAR);
        await process.client.publish([wakeUp('regular', 'normal', 'first')]);
        await until(async () => open.length === 1);
        let drained = false;
        const draining = consumers[0]?.drain().then(() => (drained = true));
        await process.client.publish([wakeUp('regular', 'normal', 'second')]).catch(() => undefined);
        expect(drained).toBe(false);
        open[0]?.();
        await draining;
        expect(open).toHaveLength(1);
        if (capabilities.standsAlone) expect(await process.client.depth(REGULAR)).toBe(1);
      });

      it.runIf(capabilities.redelivers)('is given what another process held that died', async () => {
        const proxy = await TcpProxy.to(subject.url);
        const dead = await subject.connect(proxy.url);
        const open = held(REGULAR, { by: dead });
        await process.client.publish([wakeUp('regular', 'normal', 'held')]);
        await until(async () => open.length === 1);
        await proxy.shut();
        const seen = seenIn(REGULAR);
        await until(async () => seen.length > 0);
        expect(seen).toEqual([{ ids: ['held'] }]);
        open[0]?.();
        await dead.close();
      });
    });

    it('answers a ping', async () => {
      await expect(process.client.ping()).resolves.toBeUndefined();
    });
  });
}
