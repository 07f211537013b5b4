import type { Outgoing, OutgoingPush, Provider, Verification } from '@outbell/providers/provider.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { describe, expect, it } from 'vitest';
import { ConnectionBreaker } from './connection-breaker.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import type { OpenConnection } from './open-connection.js';
import { SplitConnection } from './split-connection.js';

const { normal } = PRIORITY_RANK;
const PLACES = 12;
const FAULTS = 3;
const SENT: Outcome = { kind: 'sent' };

/** Hosts by name; who is told to is silent until it is released. */
class Hosts implements Provider {
  readonly called: string[] = [];
  readonly answers = new Map<string, Outcome>();
  readonly silent = new Set<string>();
  private readonly held: (() => void)[] = [];

  async send({ to }: OutgoingPush): Promise<Outcome> {
    this.called.push(to);
    if (this.silent.has(to)) await new Promise<void>((resolve) => this.held.push(resolve));
    return this.answers.get(to) ?? SENT;
  }

  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function open(patienceMs = 60) {
  const hosts = new Hosts();
  const connection = new SplitConnection({
    identity: { provider: 'hosts', connectionId: 'c', version: 1, repeatableForMs: null, rateLimits: '' },
    client: hosts,
    concurrency: PLACES,
    patienceMs,
    metrics: new DeliveryMetrics(new Metrics()),
    breaker: () => new ConnectionBreaker(FAULTS, 60_000),
    hostOf: (recipient) => recipient,
    lagMs: () => 0,
  });
  /** As many calls to a host as get a place in time. */
  const send = async (host: string, wanted: number): Promise<Promise<Outcome>[]> => {
    const part = connection.forRecipient(host);
    const calls: Promise<Outcome>[] = [];
    for await (const given of part.acquire(normal, wanted))
      for (let place = 0; place < given; place++) calls.push(call(part, host));
    return calls;
  };
  return { hosts, connection, send };
}

function call(part: OpenConnection, to: string): Promise<Outcome> {
  const outgoing: Outgoing = { channel: 'push', messageId: to, to, text: 'x', urgent: false };
  return part.send(outgoing).finally(() => part.release());
}

async function sentTo(send: ReturnType<typeof open>['send'], host: string): Promise<void> {
  for (const outcome of await send(host, 1)) expect(await outcome).toEqual(SENT);
}

describe('a connection whose recipients name the hosts', () => {
  it('leaves out the host that fails, and no other', async () => {
    const { hosts, connection, send } = open();
    hosts.answers.set('gone', { kind: 'retry', reason: 'dns_failed' });
    for (let fault = 0; fault < FAULTS; fault++) await Promise.all(await send('gone', 1));
    expect(connection.forRecipient('gone').breaker.isDown).toBe(true);
    expect([connection.forRecipient('good').breaker.isDown, connection.breaker.isDown]).toEqual([false, false]);
    await sentTo(send, 'good');
  });

  it('rests the host that has had too much, and no other', async () => {
    const { hosts, connection, send } = open();
    hosts.answers.set('busy', { kind: 'retry', reason: 'vendor_rate_limited', after: 5_000 });
    await Promise.all(await send('busy', 1));
    expect([
      connection.forRecipient('busy').throttle.isActive(),
      connection.forRecipient('good').throttle.isActive(),
    ]).toEqual([true, false]);
  });

  it('gives a host that has shown nothing two places, and one that answers half of all', async () => {
    const { hosts, send } = open();
    hosts.silent.add('new');
    const calls = await send('new', PLACES);
    expect(calls).toHaveLength(2);
    await sentTo(send, 'good');
    hosts.silent.add('good');
    calls.push(...(await send('good', PLACES)));
    expect(calls).toHaveLength(2 + PLACES / 2);
    hosts.release();
    await Promise.all(calls);
  });

  it('keeps half of its places for hosts that answer, however many are silent', async () => {
    const { hosts, send } = open();
    await sentTo(send, 'good');
    const calls: Promise<Outcome>[] = [];
    for (let host = 0; host < PLACES; host++) {
      hosts.silent.add(`slow${host}`);
      calls.push(...(await send(`slow${host}`, 5)));
    }
    expect(calls).toHaveLength(PLACES / 2);
    await sentTo(send, 'good');
    hosts.release();
    await Promise.all(calls);
    // All places are free again.
    const again = await send('good', PLACES);
    expect(again.length).toBe(PLACES);
    await Promise.all(again);
  });

  it('makes a guest again of a host that has begun to fail', async () => {
    const { hosts, send } = open();
    await sentTo(send, 'host');
    hosts.answers.set('host', { kind: 'unknown', reason: 'no_reply_after_data' });
    await Promise.all(await send('host', 1));
    hosts.silent.add('host');
    const calls = await send('host', PLACES);
    expect(calls).toHaveLength(2);
    hosts.release();
    await Promise.all(calls);
  });

  it('is closed when the last call to any host has ended', async () => {
    const { hosts, connection, send } = open();
    hosts.silent.add('slow');
    const [calling] = await send('slow', 1);
    const closing = connection.close().then(() => 'closed');
    expect(await Promise.race([closing, Promise.resolve('open')])).toBe('open');
    expect(connection.forRecipient('slow').deferForCapacity(normal)).toMatchObject({ reason: 'connection_closing' });
    hosts.release();
    await calling;
    expect(await closing).toBe('closed');
  });
});
