import type { Outgoing, Provider, Verification } from '@outbell/providers/provider.js';
import { entry, ProviderRegistry, PROVIDERS } from '@outbell/providers/registry.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailScene } from '../support/mail-scene.js';
import { until } from '../support/until.js';

const UNKNOWN: Outcome = { kind: 'unknown', reason: 'no_reply_after_data' };

/** What a spec says to each call, in turn; then `sent`. */
let answers: Outcome[] = [];
let calls: Outgoing[] = [];

class NoCredentials {}

/** Takes a repeat under a message's id once, for a while. */
class KeyedProvider implements Provider {
  static readonly providerName = 'keyed';
  static readonly channel = 'email';
  static readonly Credentials = NoCredentials;
  static readonly repeatableForMs = 3_000;

  static concurrency(): number {
    return 10;
  }

  send(message: Outgoing): Promise<Outcome> {
    calls.push(message);
    return Promise.resolve(answers.shift() ?? { kind: 'sent', providerMessageId: 'v1' });
  }

  verify(): Promise<Verification> {
    return Promise.resolve({ ok: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a vendor that takes a repeat under the same key once', { timeout: 30_000 }, () => {
  let scene: MailScene;

  beforeEach(async () => {
    answers = [];
    calls = [];
    scene = await MailScene.set({}, { RETRY_DELAY_MS: '50', RETRY_FACTOR: '1', RETRY_ATTEMPTS: '4' });
    // The scene's own connection stands beside it, and could take all over.
    await scene.tenant.connection({}, scene.vault, { provider: 'keyed', priority: 1 });
    await scene.runWorker(new ProviderRegistry([...PROVIDERS.all, entry(KeyedProvider)]));
  });
  afterEach(() => scene.end());

  async function ended(id: string): Promise<Record<string, unknown>> {
    return until(async () => {
      const row = await scene.tenant.row(id);
      return !['queued', 'processing', 'sending'].includes(row['status'] as string) && row;
    });
  }

  async function one(): Promise<string> {
    const [id] = (await scene.tenant.messages(1)) as [string];
    return id;
  }

  it('is not called for ever: then nobody knows, though the last call was refused', async () => {
    answers = [UNKNOWN, UNKNOWN, { kind: 'rejected', reason: 'refused' }];
    const id = await one();
    expect(await ended(id)).toMatchObject({ status: 'unknown', reason: 'refused', attempts: 3 });
    answers = [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN];
    const other = await one();
    expect(await ended(other)).toMatchObject({ status: 'unknown', reason: 'no_reply_after_data', attempts: 4 });
    expect(scene.server.messages).toEqual([]);
  });

  it('is not called again past its time, nor when its connection has changed', async () => {
    const late = await one();
    await ended(late);
    const wake = { due_at: new Date(0), run_at: new Date(0) };
    await requeue(late, { maybe_sent_at: new Date(Date.now() - 3_001), ...wake });
    expect(await ended(late)).toMatchObject({ status: 'unknown', reason: 'not_repeatable' });
    const changed = await one();
    await ended(changed);
    await requeue(changed, { maybe_sent_at: new Date(), connection_version: 7, ...wake });
    expect(await ended(changed)).toMatchObject({ status: 'unknown', reason: 'not_repeatable' });
    expect(calls).toHaveLength(2);
  });

  /** As a message stands that waits to be repeated. */
  async function requeue(id: string, columns: object): Promise<void> {
    await scene.database.dataSource.query(
      `INSERT INTO message_schedule (message_id, tenant_id, channel, priority, due_at, run_at)
       SELECT id, tenant_id, channel, priority, now() + interval '1 h', now() + interval '1 h' FROM message
         WHERE id = $1`,
      [id],
    );
    await scene.tenant.set(id, { status: 'queued', ...columns });
  }
});
