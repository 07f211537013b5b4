import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MailScene } from '../support/mail-scene.js';
import { patiently } from '../support/patiently.js';

const MESSAGES = 20;
const REQUEST = { to: '+33612345678', sender: 'MyShop', text: 'Hello' };

let scene: MailScene;
beforeEach(async () => {
  scene = await MailScene.set({}, { CHANNELS: 'email,sms' });
  await query(
    `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at) VALUES ($1, $2, 'sms', 'MyShop',
      'verified', now())`,
    [newId(), scene.tenant.tenantId],
  );
});
afterEach(() => scene.end());

function query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
  return scene.database.dataSource.query<T[]>(sql, parameters);
}

/** Nobody looks at them before they are due. */
async function failedMessages(): Promise<void> {
  const fallbacks = [{ channel: 'sms' as const, afterMs: 60_000, request: REQUEST }];
  const dueAt = new Date(Date.now() + 3_600_000);
  for (const id of await scene.tenant.messages(MESSAGES, { fallbacks, dueAt }))
    await scene.tenant.set(id, { status: 'failed' });
}

function becomeDue() {
  return query(`UPDATE message_fallback SET run_at = now() WHERE run_at IS NOT NULL`);
}

it.each(['accept.checked', 'accept.committed'])(
  'a worker killed at %s leaves each fallback to be made once',
  async (point) => {
    await failedMessages();
    const victim = await scene.startWorker({ FAILPOINTS: `${point}=kill` });
    await becomeDue();
    await patiently(async () => !victim.running);
    const heirs = await Promise.all([scene.startWorker(), scene.startWorker()]);
    // As if the victim's hold had ended.
    await becomeDue();
    await patiently(async () => (await query(`SELECT FROM message_fallback WHERE state = 'gone'`)).length === MESSAGES);
    expect(heirs.every(({ running }) => running)).toBe(true);
    const [made] = await query(
      `SELECT count(*)::int, count(f.message_id)::int AS linked FROM message m LEFT
        JOIN message_fallback f ON f.fallback_message_id = m.id
     WHERE m.channel = 'sms'`,
    );
    expect(made).toEqual({ count: MESSAGES, linked: MESSAGES });
  },
);
