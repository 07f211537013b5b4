import { afterEach, describe, expect, it } from 'vitest';
import { HeldAnswers } from '../support/held-answers.js';
import { MailScene } from '../support/mail-scene.js';
import { takenBy } from '../support/taken.js';
import { patiently } from '../support/patiently.js';

describe('a worker whose lease has ended while the vendor had not answered', () => {
  let scene: MailScene;

  afterEach(() => scene.end());

  it('puts right by the vendor’s late answer what maintenance has called unknown', async () => {
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
