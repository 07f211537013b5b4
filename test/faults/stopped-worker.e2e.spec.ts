import { afterEach, describe, expect, it } from 'vitest';
import { HeldAnswers } from '../support/held-answers.js';
import { MailScene } from '../support/mail-scene.js';
import { takenBy } from '../support/taken.js';
import { patiently } from '../support/patiently.js';

/** What nodemailer opens by default: so many lie at the vendor at once. */
const PLACES = 5;

describe('a worker that is stopped, and goes on after its leases have ended', () => {
  let scene: MailScene;

  afterEach(() => scene.end());

  it('calls for no message that has passed into other hands', async () => {
    const answers = new HeldAnswers();
    scene = await MailScene.set({ dot: answers.dot }, { LEASE_MS: '1000', SEND_TIMEOUT_MS: '1500' });
    const stopped = await scene.startWorker();
    answers.hold();
    const early = await scene.tenant.messages(12);
    await patiently(async () => answers.waiting === PLACES);
    stopped.process.kill('SIGSTOP');

    await scene.runWorker();
    const unknown = async () => (await scene.statusesOf(early)).filter((status) => status === 'unknown').length;
    await patiently(async () => (await unknown()) === PLACES);
    answers.release();
    const late = await scene.tenant.messages(12);
    await patiently(async () => (await scene.statusesOf(late)).every((status) => status === 'sent'));

    stopped.process.kill('SIGCONT');
    expect(await stopped.stop()).toBe(0);
    // What it had claimed and not called for goes out by the other worker; of the rest it may have read the vendor's answer in time.
    await patiently(async () =>
      (await scene.statusesOf(early)).every((status) => ['sent', 'unknown'].includes(status)),
    );
    expect(await unknown()).toBeLessThanOrEqual(PLACES);
    expect(takenBy(scene.server).sort()).toEqual([...early, ...late].sort());
  });

  it('puts right by the vendor’s late answer what upkeep has called unknown', async () => {
    const answers = new HeldAnswers();
    scene = await MailScene.set({ dot: answers.dot }, { SEND_TIMEOUT_MS: '60000' });
    await scene.runWorker();
    answers.hold();
    const [id] = (await scene.tenant.messages(1)) as [string];
    await patiently(async () => answers.waiting === 1);
    await scene.tenant.set(id, { lease_until: new Date(0) });
    await patiently(async () => (await scene.statusesOf([id]))[0] === 'unknown');
    answers.release();
    await patiently(async () => (await scene.statusesOf([id]))[0] === 'sent');
    expect(await scene.tenant.eventTypes(id)).toEqual(['queued', 'unknown', 'sent']);
    expect(takenBy(scene.server)).toEqual([id]);
  });
});
