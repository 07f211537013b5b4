import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailScene } from '../support/mail-scene.js';
import { preload } from '../support/preload.js';
import { takenBy } from '../support/taken.js';
import { patiently } from '../support/patiently.js';

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
    await patiently(async () => (await scene.tenant.row(id))['crashes'] === crashes);
  }

  it('is dead after three, and those beside it are sent', async () => {
    const [deadly] = (await scene.tenant.messages(1, { recipient: 'deadly@example.org' })) as [string];
    const mates = await scene.tenant.messages(20);
    const victim = await scene.startWorker(preload('deadly-message'));
    await patiently(async () => !victim.running);
    expect(victim.process.signalCode).toBe('SIGKILL');
    await scene.tenant.set(deadly, { due_at: LATER });

    await scene.runWorker();
    await patiently(async () => (await scene.statusesOf(mates)).every((status) => status === 'sent'));
    await patiently(async () => (await scene.tenant.row(deadly))['crashes'] === 1);
    await dieAgain(deadly, 2);
    await dieAgain(deadly, 3);
    expect(await scene.tenant.row(deadly)).toMatchObject({ status: 'failed', reason: 'worker_lost', attempts: 0 });
    const types = ['queued', 'lease_expired', 'lease_expired', 'failed'];
    expect(await scene.tenant.eventTypes(deadly)).toEqual(types);
    expect(takenBy(scene.server).sort()).toEqual([...mates].sort());
  });
});
