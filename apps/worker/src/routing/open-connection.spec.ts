import type { Outgoing, OutgoingEmail, Provider, Verification } from '@outbell/providers/provider.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { describe, expect, it } from 'vitest';
import { ConnectionBreaker } from './connection-breaker.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { OpenConnection } from './open-connection.js';

const { high, normal, bulk } = PRIORITY_RANK;
const SENT: Outcome = { kind: 'sent' };
/** In a row, until nobody is sent there, and for how long, in ms. */
const FAULTS = 3;
const PROBE_MS = 50;

type Deferred = Extract<Outcome, { kind: 'deferred' }>;

/** A vendor that answers when the spec says so. */
class HeldVendor implements Provider {
  readonly called: string[] = [];
  closed = false;
  private readonly answers = new Map<string, (outcome: Outcome | Error) => void>();

  send(message: Outgoing): Promise<Outcome> {
    this.called.push(message.messageId);
    return new Promise((resolve, reject) => {
      this.answers.set(message.messageId, (answer) => {
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    });
  }

  answer(id: string, outcome: Outcome | Error = SENT): void {
    this.answers.get(id)?.(outcome);
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function email(messageId: string): OutgoingEmail {
  const from = { address: 'shop@example.com' };
  return { channel: 'email', messageId, from, to: 'ann@example.org', subject: 'x', text: 'x', headers: {} };
}

function open(concurrency = 1, patienceMs = 2_000) {
  const vendor = new HeldVendor();
  const metrics = new Metrics();
  const identity = { provider: 'held', connectionId: null, version: null, repeatableForMs: null, rateLimits: '' };
  const breaker = new ConnectionBreaker(FAULTS, PROBE_MS);
  const meters = new DeliveryMetrics(metrics);
  const connection = new OpenConnection(identity, vendor, { places: concurrency, patienceMs }, breaker, meters);
  const send = async (id: string, rank: number = normal): Promise<Outcome> => {
    const { done } = await connection.acquire(rank, 1).next();
    if (done) return connection.deferForCapacity(rank);
    return connection.send(email(id)).finally(() => connection.release());
  };
  return { vendor, metrics, connection, send };
}

describe('the places of a connection', () => {
  it('calls as many at once as the vendor likes, and the next one when a place is free', async () => {
    const { vendor, send } = open(2);
    const sends = [send('a'), send('b'), send('c')];
    await expect.poll(() => vendor.called).toEqual(['a', 'b']);
    vendor.answer('b');
    expect(await sends[1]).toEqual(SENT);
    await expect.poll(() => vendor.called).toEqual(['a', 'b', 'c']);
    vendor.answer('a');
    vendor.answer('c');
    await Promise.all(sends);
  });

  it('lets the urgent overtake those that wait, and equals keep their order', async () => {
    const { vendor, send } = open();
    const sends = [send('first', bulk), send('b1', bulk), send('n1'), send('n2'), send('code', high)];
    for (const id of ['first', 'code', 'n1', 'n2', 'b1']) {
      await expect.poll(() => vendor.called.at(-1)).toBe(id);
      vendor.answer(id);
    }
    expect(await Promise.all(sends)).toEqual(Array(5).fill(SENT));
  });

  it('frees the place of a call that threw, and lets the throw be seen', async () => {
    const { vendor, send } = open();
    const sends = [send('bad'), send('good')];
    await expect.poll(() => vendor.called).toEqual(['bad']);
    vendor.answer('bad', new TypeError('a bug'));
    await expect(sends[0]).rejects.toThrow('a bug');
    await expect.poll(() => vendor.called).toEqual(['bad', 'good']);
    vendor.answer('good');
    expect(await sends[1]).toEqual(SENT);
  });
});

describe('a busy vendor', () => {
  it('admits only who has the hope of a place in time, and sends the others back, each a little later', async () => {
    const { connection, vendor, send } = open();
    expect(connection.admit(normal, 200)).toBe(200);
    connection.endAdmission(normal, 200);
    // The first call opened the vendor's connection, and says nothing.
    for (const id of ['opening', 'slow']) {
      const call = send(id);
      await expect.poll(() => vendor.called.at(-1)).toBe(id);
      const began = performance.now();
      await expect.poll(() => performance.now() - began > 30, { interval: 5 }).toBe(true);
      vendor.answer(id);
      await call;
    }
    // A call takes 30 ms and more: a line of a hundred would take 3 s.
    const admitted = connection.admit(normal, 200);
    expect(admitted).toBeGreaterThan(1);
    expect(admitted).toBeLessThan(67);
    expect(connection.admit(normal, 200)).toBe(1);
    const [first, second] = [connection.deferForCapacity(normal), connection.deferForCapacity(normal)] as [
      Deferred,
      Deferred,
    ];
    expect(first.reason).toBe('vendor_busy');
    expect(second.afterMs - first.afterMs).toBeGreaterThan(20);
    expect(connection.capacityFor(normal)).toBe(0);
    expect(connection.capacityFor(high)).toBeGreaterThan(0);
    connection.endAdmission(normal, admitted + 1);
    expect(connection.admit(normal, 200)).toBe(admitted);
    connection.endAdmission(normal, admitted);
    // While one has a place and is marked, and when the next gets it, the others of its batch come before whoever is
    // new all the same.
    const batch = connection.acquire(normal, admitted);
    await batch.next();
    expect(connection.capacityFor(normal)).toBe(1);
    const next = batch.next();
    connection.release();
    expect(connection.capacityFor(normal)).toBe(1);
    await next;
    expect(connection.capacityFor(normal)).toBe(2);
    await batch.return(undefined);
    expect(connection.capacityFor(normal)).toBe(admitted);
  });

  it('is not waited for longer than patience, however many places are wanted', async () => {
    const { connection } = open(1, 30);
    const line = connection.acquire(normal, 3);
    await line.next();
    expect(await line.next()).toMatchObject({ done: true });
  });
});

describe('a vendor that has had too much', () => {
  it('is left alone: who waits for a place is sent back, and keeps its slot of the rate limiter', async () => {
    const { vendor, connection, send } = open();
    const calls = [send('first'), send('waiting')];
    await expect.poll(() => vendor.called).toEqual(['first']);
    vendor.answer('first', { kind: 'retry', reason: 'vendor_rate_limited', after: 5_000 });
    const [, waiting] = (await Promise.all(calls)) as [Outcome, Deferred];
    expect(waiting).toMatchObject({ kind: 'deferred', reason: 'provider_throttled', slotGraceMs: 60_000 });
    expect(waiting.afterMs).toBeGreaterThan(4_000);
    expect(connection.throttle.leftMs).toBeGreaterThan(4_000);
    expect(await send('next')).toMatchObject({ reason: 'provider_throttled' });
    // A code is there when it may go on; the others come within a second.
    expect(((await send('code', high)) as Deferred).afterMs).toBeLessThanOrEqual(5_000);
    expect(vendor.called).toEqual(['first']);
    // The place that was offered to who waited is free again.
    expect(await connection.acquire(normal, 1).next()).toMatchObject({ done: true });
  });
});

describe('draining', () => {
  it('sends the waiting back at once, and waits for who is at the vendor', async () => {
    const { vendor, connection, send } = open();
    const calling = send('calling');
    const waiting = send('waiting', high);
    await expect.poll(() => vendor.called).toEqual(['calling']);
    connection.drain();
    const closing = { kind: 'deferred', reason: 'connection_closing', afterMs: 0 };
    expect(await waiting).toEqual(closing);
    expect(await send('new')).toEqual(closing);
    vendor.answer('calling', { kind: 'rejected', reason: 'refused' });
    expect(await calling).toEqual({ kind: 'rejected', reason: 'refused' });
    expect(vendor.called).toEqual(['calling']);
  });

  it('closes the vendor’s client only after the last call', async () => {
    const { vendor, connection, send } = open();
    const calling = send('calling');
    await expect.poll(() => vendor.called).toEqual(['calling']);
    const closing = connection.close();
    expect(vendor.closed).toBe(false);
    vendor.answer('calling');
    await Promise.all([calling, closing]);
    expect(vendor.closed).toBe(true);
  });
});

describe('the figures', () => {
  it('measure calls, with those that throw and without those not made', async () => {
    const { vendor, metrics, connection, send } = open();
    const bad = send('bad');
    await expect.poll(() => vendor.called).toEqual(['bad']);
    vendor.answer('bad', new Error('a bug'));
    await expect(bad).rejects.toThrow();
    connection.drain();
    await send('late');
    expect(await metrics.text()).toContain('notification_send_duration_ms_count{channel="email"} 1\n');
  });
});
