import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

async function post(path: string, form: Record<string, string>) {
  const body = new URLSearchParams({ apikey: 'key-of-mine', ...form });
  const answer = await fetch(`${stage.vendor('smsmobileapi')}${path}`, { method: 'POST', body });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

describe('SMSMobileAPI', () => {
  it('takes a message, and finds it again by its id', async () => {
    const { body } = await post('/sendsms/', { recipients: '+33612345678', message: 'Grüße' });
    expect(body.result).toMatchObject({ error: 0, sent: '1', id: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const found = await stage.message();
    expect(found).toMatchObject({ vendor: 'smsmobileapi', text: 'Grüße', provider_message_id: body.result.id });
    expect(found.source).not.toContain('key-of-mine');
    const log = await post('/log/sent/sms/', { guid_message: body.result.id });
    expect(log.body.result.sms).toMatchObject([
      { guid: body.result.id, send_from_mobile: '1', send_from_mobile_erreur: '' },
    ]);
    expect((await post('/log/sent/sms/', { apikey: 'another', guid_message: body.result.id })).body.result.sms).toEqual(
      [],
    );
  });

  it.each([
    ['+15555550101', { send_from_mobile: '', send_from_mobile_erreur: expect.stringMatching(/./) }],
    ['+15555550103', { send_from_mobile: '', send_from_mobile_erreur: '' }],
  ])('tells of a message to %s what the telephone said', async (recipients, said) => {
    const { body } = await post('/sendsms/', { recipients, message: 'hi' });
    const log = await post('/log/sent/sms/', { guid_message: body.result.id });
    expect(log.body.result.sms).toMatchObject([said]);
  });

  it('refuses a key, and what is not whole', async () => {
    expect((await post('/log/sent/sms/', { apikey: 'wrong' })).status).toBe(403);
    expect((await post('/sendsms/', { recipients: '+33612345678' })).body.result).toMatchObject({
      error: '400',
      sent: '0',
    });
    expect(await stage.lastCall()).toMatchObject({ vendor: 'smsmobileapi', outcome: 'rejected' });
  });
});

describe('its events', () => {
  it.each([
    ['+33612345678', ['sms.sent']],
    ['+15555550101', ['sms.sent', 'sms.failed']],
    ['+15555550102', ['sms.sent', 'sms.received']],
    ['+15555550103', []],
  ])('of a message to %s come signed: %j', async (recipients, types) => {
    const { body: set } = await stage.api('PUT', 'receipts/smsmobileapi', { url: `${stage.receiver}/x`, delay_ms: 1 });
    const { body } = await post('/sendsms/', { recipients, message: 'hi' });
    await expect.poll(() => stage.received.length).toBe(types.length);
    const told = stage.received.map(({ headers, body: text }) => {
      const timestamp = String(headers['x-smsmobileapi-timestamp']);
      const signature = createHmac('sha256', set.secret).update(`${timestamp}.${text}`).digest('hex');
      expect(headers).toMatchObject({ 'x-smsmobileapi-signature': `v1=${signature}` });
      return JSON.parse(text) as { type: string; data: object };
    });
    expect(told.map(({ type }) => type)).toEqual(types);
    for (const { type, data } of told) {
      const stop = { from: recipients, message: 'STOP' };
      expect(data).toMatchObject(type === 'sms.received' ? stop : { guid: body.result.id });
    }
  });
});
