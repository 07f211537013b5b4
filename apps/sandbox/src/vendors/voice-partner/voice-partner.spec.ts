import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
beforeEach(() => stage.api('PUT', 'limits', []));
afterEach(() => stage.clear());
afterAll(() => stage.stop());

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(`${stage.vendor('voice-partner')}/v1/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    body: JSON.parse(await answer.text()),
    retryAfter: answer.headers.get('retry-after'),
  };
}

function send(over: object = {}) {
  const campaign = { apiKey: 'key-of-mine', tokenAudio: 'hello-token', emailForNotification: 'ops@acme.test' };
  return call('POST', 'campaign/send', { ...campaign, phoneNumbers: '+33612345678', ...over });
}

describe('Voice Partner', () => {
  it('takes a campaign of one number, shows it, and cancels it', async () => {
    const messageId = newId();
    const { body } = await send({ notifyUrl: `${stage.receiver}/x?m=${messageId}` });
    expect(body).toMatchObject({ success: true, campaignId: expect.stringMatching(/^NDA_/) });
    const found = await stage.message();
    expect(found).toMatchObject({
      channel: 'voice',
      message_id: messageId,
      audio: 'hello-token',
      envelope: { to: ['+33612345678'] },
    });
    expect(found.source).not.toContain('key-of-mine');
    const page = await (await fetch(`${stage.sandbox.url}/messages/${found.id}`)).text();
    expect(page).toContain('hello-token');
    const path = `campaign/cancel/key-of-mine/${body.campaignId}`;
    expect((await call('DELETE', path)).body).toMatchObject({ success: true, campaignId: body.campaignId });
    expect(await call('DELETE', path)).toMatchObject({ status: 404, body: { success: false, code: 404 } });
  });

  it('refuses a key and what is not whole in its own form', async () => {
    expect(await send({ apiKey: 'wrong' })).toMatchObject({ status: 401, body: { success: false, code: 10 } });
    expect(await send({ tokenAudio: '' })).toMatchObject({ status: 400, body: { success: false } });
    expect((await call('DELETE', 'campaign/cancel/wrong/1')).body).toMatchObject({ success: false, code: 10 });
  });

  it('takes five calls in a minute', async () => {
    await stage.api('DELETE', 'limits');
    for (let times = 0; times < 5; times += 1) expect((await send()).status).toBe(200);
    expect(await send()).toMatchObject({ status: 429, retryAfter: '60' });
  });

  it.each([
    ['+33612345678', '1'],
    ['+15555550101', '0'],
  ])('calls the message’s own URL with the counts of a call to %s', async (phoneNumbers, delivered) => {
    await stage.api('PUT', 'receipts/voice-partner', { delay_ms: 1 });
    const { body } = await send({ phoneNumbers, notifyUrl: `${stage.receiver}/x?t=token&m=1` });
    await expect.poll(() => stage.received.length).toBe(1);
    const { method, url } = stage.received[0]!;
    expect(method).toBe('GET');
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      t: 'token',
      m: '1',
      campaign_token: expect.stringMatching(/./),
      campaign_id: body.campaignId,
      delivered_quantity: delivered,
      total_quantity: '1',
    });
    const { receipts } = await stage.message();
    expect(receipts[0].url).not.toContain('token');
  });
});
