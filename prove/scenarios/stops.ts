import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

/** Stopped at once, by as many requests. */
const AT_ONCE = 4;
const STOPS = 200;
/** For so long the vendor is watched. What waited meanwhile comes back within two minutes. */
const PAUSED_MS = 3_000;
const SLOW_MS = 60;

/** Who was told that nothing more is sent, and when, in ms since 1970. */
interface Told {
  id: string;
  at: number;
}

export const STOPS_UNDER_LOAD: Scenario[] = [
  {
    name: 'stops',
    title: 'addresses are suppressed and messages canceled while six workers send',
    allows: { suppressed: STOPS, canceled: STOPS },
    async play(stage) {
      await underLoad(stage);
      const stops = stage.quick ? STOPS / 4 : STOPS;
      const told: Told[] = [];
      const taken = new Set<string>();
      while (taken.size < stops) {
        const some = waiting(stage, taken).slice(0, AT_ONCE);
        if (some.length === 0) await stage.load.burst(100);
        for (const [recipient] of some) taken.add(recipient);
        told.push(...(await Promise.all(some.map((one, index) => stop(stage, one, index % 2 === 0)))).flat());
      }
      await stage.servers.vendor.behave();
      stage.over();
      await settled(stage);
      if (told.length < stops / 2)
        throw new Error(`no more than ${told.length} of ${stops} were told that they are stopped`);
      const after = told.flatMap(({ id, at }) => callsAfter(stage, at, id));
      if (after.length > 0)
        throw new Error(`${after.length} sends began after it was said that they would not: ${after[0]}`);
    },
  },
  {
    name: 'sender-paused',
    title: 'a sender is paused while six workers send, and goes on',
    long: true,
    async play(stage) {
      await underLoad(stage);
      await stage.midFlight();
      const path = `/v1/senders/${stage.customer.senderId}`;
      const { in_flight: inFlight } = await stage.customer.ask<{ in_flight: number }>('PATCH', path, {
        status: 'paused',
      });
      const at = Date.now();
      await pause(PAUSED_MS);
      const after = callsAfter(stage, at);
      await stage.servers.vendor.behave();
      await stage.customer.ask('PATCH', path, { status: 'verified' });
      stage.over();
      if (after.length > inFlight)
        throw new Error(`${after.length} sends began after the pause was answered: ${after[0]}`);
    },
  },
];

/** Five workers beside the steady one (two when time matters), and more to send than they can at once. */
async function underLoad(stage: Stage): Promise<void> {
  await Promise.all(Array.from({ length: stage.quick ? 2 : 5 }, () => stage.world.startWorker()));
  await stage.servers.vendor.misbehave({ action: { type: 'slow', ms: SLOW_MS } });
  await stage.load.burst(stage.quick ? 300 : 1_000);
  stage.load.start();
}

/** Of those that were accepted last, who was not stopped yet and the vendor was not called for. */
function waiting({ load, calls, chance }: Stage, taken: ReadonlySet<string>): [recipient: string, id: string][] {
  const called = new Set(calls.map(({ message_id: id }) => id));
  const left = [...load.accepted].filter(([recipient, id]) => !taken.has(recipient) && !called.has(id));
  // The first of them are in the workers' hands.
  return chance.shuffled(left.slice(0, 60));
}

/** @returns nobody where it was too late to take it back, or where something is in flight */
async function stop({ customer }: Stage, [recipient, id]: [string, string], byAddress: boolean): Promise<Told[]> {
  const answer = byAddress
    ? await customer.ask<{ in_flight?: number }>('POST', '/v1/suppressions', { channel: 'email', address: recipient })
    : await customer.tell<{ in_flight?: number }>('POST', `/v1/messages/${id}/cancel`, {});
  if (answer === undefined || (answer.in_flight ?? 0) > 0) return [];
  return [{ id, at: Date.now() }];
}

/** Until nothing that was accepted so far can still be sent. */
async function settled({ servers, customer, until }: Stage): Promise<void> {
  const [now] = await servers.database.query<[{ at: Date }]>('SELECT now() AS at');
  await until('the end of all messages', async () => {
    const open = await servers.database.query<object[]>(
      `SELECT FROM message WHERE tenant_id = $1 AND created_at <= $2 AND status IN ('queued', 'processing', 'sending')
        LIMIT 1`,
      [customer.tenantId, now.at],
    );
    return open.length === 0;
  });
}

/** In a sentence each. A vendor writes down a call when it ends, and who stops something waits for those. */
function callsAfter({ calls }: Stage, at: number, messageId?: string): string[] {
  return calls
    .filter(({ message_id: id, time }) => Date.parse(time) > at && (messageId === undefined || id === messageId))
    .map(({ message_id: id, time, outcome }) => `${id} was ${outcome} ${Date.parse(time) - at} ms later`);
}
