import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeldAnswers } from '../support/held-answers.js';
import { MailScene } from '../support/mail-scene.js';
import { takenBy } from '../support/taken.js';
import { patiently } from '../support/patiently.js';

/** What nodemailer opens by default: so many lie at the vendor at once. */
const PLACES = 5;

describe('SIGTERM while the vendor hangs', () => {
  let answers: HeldAnswers;
  let scene: MailScene;

  beforeEach(async () => {
    answers = new HeldAnswers();
    scene = await MailScene.set({ dot: answers.dot }, { LEASE_MS: '500', SEND_TIMEOUT_MS: '2500' });
  });
  afterEach(() => scene.end());

  /** Ends a worker while all places at the vendor are taken. @returns its exit code, and how long it took in ms */
  async function endWorker(shutdownTimeout: number) {
    const worker = await scene.startWorker({ SHUTDOWN_TIMEOUT_MS: String(shutdownTimeout) });
    answers.hold();
    const ids = await scene.tenant.messages(PLACES);
    await patiently(async () => answers.waiting === PLACES);
    const began = performance.now();
    const code = await worker.stop();
    return { ids, code, took: performance.now() - began };
  }

  it('ends when the calls’ own time is over, and tells that nobody knows', async () => {
    const { ids, code, took } = await endWorker(20_000);
    expect([code, took < 10_000]).toEqual([0, true]);
    expect(await scene.statusesOf(ids)).toEqual(ids.map(() => 'unknown'));
  });

  it('ends within SHUTDOWN_TIMEOUT_MS, and the next worker tells that nobody knows', async () => {
    const { ids, took } = await endWorker(500);
    expect(took).toBeLessThan(2_000);
    await scene.runWorker();
    await patiently(async () => (await scene.statusesOf(ids)).every((status) => status === 'unknown'));
    expect(takenBy(scene.server).sort()).toEqual([...ids].sort());
  });
});
