import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailScene } from '../support/mail-scene.js';
import { preload } from '../support/preload.js';
import { takenBy } from '../support/taken.js';
import { patiently } from '../support/patiently.js';

/** So many may die of it. */
const WORKERS = 5;
const LATER = new Date(Date.now() + 3_600_000);

describe('a message that kills its worker', () => {
  let scene: MailScene;

  beforeEach(async () => {
    scene = await MailScene.set({}, { LEASE_MS: '1000' });
  });
  afterEach(() => scene.end());

  /** As a further worker that dies of it leaves it behind. */
  async function dieAgain(id: string, crashes: number): Promise<void> {
    await scene.tenant.set(id, { status: 'processing', fence: crashes, lease_until: new Date() });
    await patiently(async () => (await scene.tenant.row(id))['lost_leases'] === crashes);
  }

  it('is dead after a few, and those beside it are sent', async () => {
    const victim = await scene.startWorker(preload('deadly-message'));
    const asleep = { wakeAfterMs: 3_600_000 };
    const [deadly] = (await scene.tenant.messages(1, { ...asleep, recipient: 'deadly@example.org' })) as [string];
    const mates = await scene.tenant.messages(20, asleep);
    await scene.database.dataSource.query(`UPDATE message_schedule SET run_at = now()`);
    await patiently(async () => !victim.running);
    expect(victim.process.signalCode).toBe('SIGKILL');
    await scene.tenant.set(deadly, { due_at: LATER });

    await scene.runWorker();
    await patiently(async () => (await scene.statusesOf(mates)).every((status) => status === 'sent'));
    await patiently(async () => (await scene.tenant.row(deadly))['lost_leases'] === 1);
    for (let crashes = 2; crashes <= WORKERS; crashes += 1) await dieAgain(deadly, crashes);
    expect(await scene.tenant.row(deadly)).toMatchObject({ status: 'failed', reason: 'worker_lost', attempts: 0 });
    const requeued = Array.from({ length: WORKERS - 1 }, () => 'lease_expired');
    expect(await scene.tenant.eventTypes(deadly)).toEqual(['queued', ...requeued, 'failed']);
    expect(takenBy(scene.server).sort()).toEqual([...mates].sort());
  });
});
