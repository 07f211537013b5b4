import type { Provider, Verification } from '@outbell/providers/provider.js';
import { entry, ProviderRegistry, PROVIDERS } from '@outbell/providers/registry.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailScene } from '../support/mail-scene.js';
import { takenBy } from '../support/taken.js';
import { until } from '../support/until.js';

const MESSAGES = 120;
/** What the vendor takes in a second, and calls at once. */
const TAKES = 30;
const AT_ONCE = 10;

/** `performance.now()` of the calls it took. */
let taken: number[] = [];
let calls = 0;

class NoCredentials {}

/** Refuses what is more than it takes in any second. */
class ThrottledProvider implements Provider {
  static readonly providerName = 'throttled';
  static readonly channel = 'email';
  static readonly Credentials = NoCredentials;

  static concurrency(): number {
    return AT_ONCE;
  }

  send(): Promise<Outcome> {
    calls += 1;
    const now = performance.now();
    if (taken.filter((at) => at > now - 1_000).length >= TAKES) {
      return Promise.resolve({ kind: 'retry', reason: 'vendor_rate_limited' });
    }
    taken.push(now);
    return Promise.resolve({ kind: 'sent', providerMessageId: `v${taken.length}` });
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a vendor that takes less than there is', { timeout: 60_000 }, () => {
  let scene: MailScene;
  let throttled: string;

  beforeEach(async () => {
    taken = [];
    calls = 0;
    scene = await MailScene.set({}, { RETRY_DELAY_MS: '50', RETRY_FACTOR: '1', RETRY_ATTEMPTS: '6' });
    throttled = await scene.tenant.connection({}, scene.vault, { provider: 'throttled', priority: 1 });
  });
  afterEach(() => scene.end());

  async function sent(): Promise<string[]> {
    await scene.runWorker(new ProviderRegistry([...PROVIDERS.all, entry(ThrottledProvider)]));
    const ids = await scene.tenant.messages(MESSAGES);
    const statuses = await until(async () => {
      const all = await scene.statusesOf(ids);
      return all.every((status) => ['sent', 'failed'].includes(status)) && all;
    }, 40_000);
    expect(new Set(statuses)).toEqual(new Set(['sent']));
    return ids;
  }

  function routes(): Promise<{ route: unknown }[]> {
    return scene.database.dataSource.query(
      `SELECT detail -> 'route' AS route FROM message_attempt WHERE connection_id = $1`,
      [scene.connectionId],
    );
  }

  it('is left alone for a moment when it has had too much: no message spends its attempts', async () => {
    await scene.database.dataSource.query('UPDATE connection SET active = false WHERE id = $1', [scene.connectionId]);
    await sent();
    expect(taken).toHaveLength(MESSAGES);
    // Each rest is found out by the calls that are under way.
    expect(calls - MESSAGES).toBeLessThanOrEqual((MESSAGES / TAKES + 2) * AT_ONCE);
  });

  it('lets another connection take what comes meanwhile, which says why', async () => {
    const ids = await sent();
    expect(taken.length + takenBy(scene.server).length).toBe(ids.length);
    const reasons = (await routes()).map(({ route }) => route);
    expect(reasons).toContainEqual({
      connection: scene.connectionId,
      excluded: [{ connection: throttled, reason: 'provider_throttled' }],
    });
  });
});
