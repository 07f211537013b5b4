import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Outgoing, Provider } from './provider.js';

/** How a vendor can treat us. A harness makes its vendor, real or scripted, do each of these. */
export type Behaviour =
  | 'takes everything'
  | 'refuses for good'
  | 'refuses for now'
  | 'refuses and quotes address and credentials'
  | 'hangs before the message'
  | 'hangs after the message'
  | 'resets before the message'
  | 'resets after the message'
  | 'answers garbage'
  | 'hangs on the first, takes the others'
  | 'answers only when told';

/** A provider and the vendor it is connected to. */
export interface Stage {
  provider: Provider;
  /** A new message to the same recipient. */
  message(): Outgoing;
  /** How many messages the vendor has taken whole. */
  taken(): number;
  /** Lets a vendor that `answers only when told` answer. */
  answer(): void;
  /** Canaries: the recipient's address and every credential. */
  secrets: string[];
  stop(): Promise<void>;
}

export interface Harness {
  /** The provider's `sendTimeoutMs`; some hundreds, for the tests wait for it. */
  timeoutMs: number;
  start(behaviour: Behaviour): Promise<Stage>;
  /** A vendor that takes everything, and whose answer holds this wherever it should hold a text. */
  startOdd?(value: unknown): Promise<Stage>;
}

/** How much later than its time limit a call may end on a busy machine, in ms. */
const GRACE_MS = 500;

/** What every provider owes the delivery. Each runs this suite against a vendor that speaks its protocol. */
export function providerContract(name: string, harness: Harness): void {
  describe(`${name} as a provider`, () => {
    const stages: Stage[] = [];
    afterEach(async () => {
      await Promise.all(stages.splice(0).map((stage) => stage.stop()));
    });
    const start = async (behaviour: Behaviour): Promise<Stage> => {
      const stage = await harness.start(behaviour);
      stages.push(stage);
      return stage;
    };

    outcomes(start);
    silences(start, harness.timeoutMs);
    discretion(start);
    oddReplies(harness, stages);
    independence(start, harness.timeoutMs);
  });
}

type Start = (behaviour: Behaviour) => Promise<Stage>;

function outcomes(start: Start): void {
  it('says sent, with the id by which reports find their way back', async () => {
    const { provider, message, taken } = await start('takes everything');
    expect(await provider.send(message())).toMatchObject({
      kind: 'sent',
      providerMessageId: expect.stringMatching(/./),
    });
    expect(taken()).toBe(1);
  });

  it('says rejected when the vendor refuses for good', async () => {
    const { provider, message } = await start('refuses for good');
    expect(await provider.send(message())).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/^[a-z_]+$/),
    });
  });

  it('says retry when the vendor refuses for now', async () => {
    const { provider, message } = await start('refuses for now');
    expect(await provider.send(message())).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/^[a-z_]+$/) });
  });

  it('verifies without sending', async () => {
    const { provider, taken } = await start('takes everything');
    expect(await provider.verify()).toEqual({ ok: true });
    expect(taken()).toBe(0);
  });
}

function silences(start: Start, timeoutMs: number): void {
  it.each([
    ['hangs before the message', 'retry'],
    ['hangs after the message', 'unknown'],
  ] as const)('ends in time when the vendor %s: %s', async (behaviour, kind) => {
    const { provider, message } = await start(behaviour);
    const started = performance.now();
    expect((await provider.send(message())).kind).toBe(kind);
    expect(performance.now() - started).toBeLessThan(timeoutMs + GRACE_MS);
  });

  it.each([
    ['resets before the message', 'retry'],
    ['resets after the message', 'unknown'],
    ['answers garbage', 'unknown'],
  ] as const)('when the vendor %s: %s', async (behaviour, kind) => {
    const { provider, message } = await start(behaviour);
    expect((await provider.send(message())).kind).toBe(kind);
  });

  it('offers a message once: the vendor takes no second one by itself', async () => {
    const { provider, message, taken } = await start('resets after the message');
    await provider.send(message());
    expect(taken()).toBe(1);
  });
}

/**
 * A base_url is the tenant's: whatever stands in for a vendor, what we write down of its answer can be written down.
 */
function oddReplies({ startOdd }: Harness, stages: Stage[]): void {
  if (!startOdd) return;
  it.each([
    ['an object', { a: 1 }],
    ['a list', ['x']],
    ['null', null],
    ['NUL', 'a\u0000b'],
    ['half a character', 'a\ud800'],
    ['a very long text', 'x'.repeat(5_000)],
  ])('keeps nothing that cannot be kept when the vendor answers %s for a text', async (_, value) => {
    const stage = await startOdd(value);
    stages.push(stage);
    const outcome = await stage.provider.send(stage.message());
    expect(['sent', 'unknown']).toContain(outcome.kind);
    const id = outcome.kind === 'sent' ? (outcome.providerMessageId ?? 'none') : 'none';
    expect(id).toMatch(/^[\x21-\x7e]{1,512}$/);
    expect(JSON.stringify(outcome)).not.toContain('\\u0000');
  });
}

function discretion(start: Start): void {
  it.each(['takes everything', 'refuses and quotes address and credentials', 'answers garbage'] as const)(
    'keeps addresses and credentials out of the outcome when the vendor %s',
    async (behaviour) => {
      const { provider, message, secrets } = await start(behaviour);
      const seen = JSON.stringify([await provider.send(message()), await provider.verify()]);
      expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
    },
  );
}

function independence(start: Start, timeoutMs: number): void {
  it('lets one slow call hold up nobody', async () => {
    const { provider, message } = await start('hangs on the first, takes the others');
    const slow = settled(provider.send(message()));
    const others = await Promise.all(Array.from({ length: 12 }, () => settled(provider.send(message()))));
    expect(others.map(({ outcome }) => outcome.kind)).toEqual(others.map(() => 'sent'));
    const { outcome, at } = await slow;
    expect(outcome.kind).not.toBe('sent');
    expect(Math.max(...others.map((other) => other.at))).toBeLessThan(at);
  });

  it('waits for the calls in flight when it is closed', async () => {
    const { provider, message, answer } = await start('answers only when told');
    const order: string[] = [];
    const call = provider.send(message()).then((outcome) => order.push(outcome.kind));
    const closing = provider.close().then(() => order.push('closed'));
    setTimeout(answer, timeoutMs / 4);
    await Promise.all([call, closing]);
    expect(order).toEqual(['sent', 'closed']);
  });

  it('can be closed before it was used, and twice', async () => {
    const { provider } = await start('takes everything');
    await provider.close();
    await expect(provider.close()).resolves.toBeUndefined();
  });
}

async function settled(call: Promise<Outcome>): Promise<{ outcome: Outcome; at: number }> {
  return { outcome: await call, at: performance.now() };
}
