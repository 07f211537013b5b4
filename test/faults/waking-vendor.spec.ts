import type { Provider, Verification } from '@outbell/providers/provider.js';
import { entry, ProviderRegistry, PROVIDERS } from '@outbell/providers/registry.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailScene } from '../support/mail-scene.js';
import { until } from '../support/until.js';

const MESSAGES = 1_500;
/** Calls that take so long, in ms, before the vendor is awake; the others are answered at once. */
const SLOW_CALLS = 60;
const SLOW_MS = 300;
const AT_ONCE = 5;

let calls = 0;

class NoCredentials {}

class WakingProvider implements Provider {
  static readonly providerName = 'waking';
  static readonly channel = 'email';
  static readonly Credentials = NoCredentials;

  static concurrency(): number {
    return AT_ONCE;
  }

  async send(): Promise<Outcome> {
    calls += 1;
    if (calls <= SLOW_CALLS) await wait(SLOW_MS);
    return { kind: 'sent', providerMessageId: `w${calls}` };
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

// The messages are booked for as long as the slow calls let expect: 1,500 × 60 ms.
describe('a vendor that was slow at first', { timeout: 60_000 }, () => {
  let scene: MailScene;

  beforeEach(async () => {
    calls = 0;
    scene = await MailScene.set({});
    await scene.database.dataSource.query('UPDATE connection SET active = false WHERE id = $1', [scene.connectionId]);
    await scene.tenant.connection({}, scene.vault, { provider: 'waking', priority: 1 });
  });
  afterEach(() => scene.end());

  it('gets what waits for it as soon as it is fast: nothing waits until the time it was booked for', async () => {
    const ids = await scene.tenant.messages(MESSAGES);
    await scene.runWorker(new ProviderRegistry([...PROVIDERS.all, entry(WakingProvider)]));
    await until(async () => (await booked()) > 500, 20_000);
    await until(async () => (await scene.statusesOf(ids)).every((status) => status === 'sent'), 20_000);
    expect(calls).toBe(MESSAGES);
    const [{ claims }] = await scene.database.dataSource.query<[{ claims: number }]>(
      'SELECT sum(fence)::int AS claims FROM message WHERE id = ANY($1)',
      [ids],
    );
    expect(claims / MESSAGES).toBeLessThan(1.5);
  });

  async function booked(): Promise<number> {
    const [{ count }] = await scene.database.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int FROM message_schedule WHERE connection_id IS NOT NULL AND run_at > now() + interval '5 s'`,
    );
    return count;
  }
});
