import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../test/support/sandbox-stage.js';

const SID = `AC${'1'.repeat(32)}`;

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

/** One text message by Twilio's API; the error when there is no whole answer. */
async function send(messageId = newId(), to = '+33612345678') {
  const callback = `https://acme.test/?m=${messageId}`;
  const form = new URLSearchParams({ To: to, From: '+33700000001', Body: 'hi', StatusCallback: callback });
  try {
    const answer = await fetch(`${stage.vendor('twilio')}/2010-04-01/Accounts/${SID}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${SID}:token`).toString('base64')}` },
      body: form,
      signal: AbortSignal.timeout(300),
    });
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
  } catch (error) {
    return error as Error;
  }
}

async function taken(messageId: string): Promise<number> {
  return (await stage.api('GET', `messages?messageId=${messageId}`)).body.data.length;
}

describe('a fault of a vendor over HTTP', () => {
  it.each([
    [{ type: 'drop_before' }, 'dropped_before', 0],
    [{ type: 'drop_after' }, 'dropped_after', 1],
    [{ type: 'hang' }, 'hung', 0],
    [{ type: 'hang', taken: true }, 'dropped_after', 1],
    [{ type: 'half_reply' }, 'dropped_after', 1],
  ])('%j leaves the caller without an answer: %s', async (action, outcome, arrived) => {
    await stage.fault('twilio', action);
    const messageId = newId();
    expect(await send(messageId)).toBeInstanceOf(Error);
    expect(await stage.lastCall()).toMatchObject({ vendor: 'twilio', message_id: messageId, outcome, reply: null });
    expect(await taken(messageId)).toBe(arrived);
  });

  it('answers garbage, having taken the message', async () => {
    await stage.fault('twilio', { type: 'garbage' });
    const messageId = newId();
    expect(await send(messageId)).toMatchObject({ status: 200, text: expect.stringContaining('<html>') });
    expect(await stage.lastCall()).toMatchObject({ outcome: 'dropped_after' });
    expect(await taken(messageId)).toBe(1);
  });

  it.each([
    [{ type: 'reply', status: 503 }, { status: 503, text: expect.stringContaining('"code":20503') }, '503'],
    [
      { type: 'reply', status: 400, code: 30007 },
      { status: 400, text: expect.stringContaining('"code":30007') },
      '400 30007',
    ],
    [{ type: 'rate_limit', retry_after: 7 }, { status: 429, retryAfter: '7' }, '429 20429'],
    [{ type: 'rate_limit' }, { status: 429, retryAfter: null }, '429 20429'],
  ])('%j is said in the vendor’s form', async (action, answer, reply) => {
    await stage.fault('twilio', action);
    const messageId = newId();
    expect(await send(messageId)).toMatchObject(answer);
    expect(await stage.lastCall()).toMatchObject({ message_id: messageId, outcome: 'rejected', reply });
    expect(await taken(messageId)).toBe(0);
  });

  it('is slow, and struck by seed alike in every run', async () => {
    const faults = [
      { vendor: 'twilio', action: { type: 'slow', ms: 20 } },
      { vendor: 'sendgrid', action: { type: 'hang' } },
      { vendor: 'twilio', when: { probability: 0.5, seed: 3 }, action: { type: 'reply', status: 500 } },
    ];
    const run = async () => {
      await stage.api('PUT', 'faults', faults);
      const started = performance.now();
      const statuses: unknown[] = [];
      for (let calls = 0; calls < 8; calls += 1) statuses.push(((await send()) as { status: number }).status);
      expect(performance.now() - started).toBeGreaterThan(8 * 19);
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([201, 500]));
    expect(await run()).toEqual(first);
    const { data } = (await stage.api('GET', 'faults')).body;
    expect(data).toMatchObject([{ fired: 8 }, { seen: 0 }, { seen: 8 }]);
  });

  it('is told what is wrong with it', async () => {
    const refused = await stage.api('PUT', 'faults', [
      { vendor: 'twilio', action: { type: 'drop_after_dot' } },
      { vendor: 'twilio', action: { type: 'reply', status: 200 } },
      { vendor: 'nobody', action: { type: 'hang' } },
    ]);
    expect(refused.status).toBe(400);
    const fields = refused.body.errors.map((error: { field: string }) => error.field);
    expect(fields).toEqual(['0.action.type', '1.action.status', '2.vendor']);
  });
});

describe('a limit', () => {
  it('refuses what is too much, by account or by recipient, and says when to come again', async () => {
    const set = await stage.api('PUT', 'limits', [{ vendor: 'twilio', calls: 1, per_ms: 60_000, by: 'recipient' }]);
    expect(set.status).toBe(200);
    expect(await send()).toMatchObject({ status: 201 });
    expect(await send()).toMatchObject({ status: 429, retryAfter: '60', text: expect.stringContaining('20429') });
    expect(await send(newId(), '+33612345679')).toMatchObject({ status: 201 });
    await stage.api('PUT', 'limits', [{ vendor: 'twilio', calls: 1, per_ms: 60_000 }]);
    expect(await send()).toMatchObject({ status: 201 });
    expect(await send(newId(), '+33612345679')).toMatchObject({ status: 429 });
  });

  it('is what the vendor documents until somebody says otherwise', async () => {
    await stage.api('PUT', 'limits', []);
    expect((await stage.api('GET', 'limits')).body.data).toEqual([]);
    const { data } = (await stage.api('DELETE', 'limits')).body;
    expect(data).toContainEqual({ vendor: 'resend', calls: 5, per_ms: 1_000, by: 'account' });
  });
});

describe('the inbox page', () => {
  it('has a vendor report at the push of a button', async () => {
    await stage.api('PUT', 'receipts/twilio', { url: `${stage.receiver}/x`, delay_ms: 60_000 });
    await send(newId(), '+15555550103');
    const { id } = await stage.message();
    const page = `${stage.sandbox.url}/messages/${id}`;
    expect(await (await fetch(page)).text()).toContain('value="stop"');
    const form = { method: 'POST', body: new URLSearchParams({ kind: 'stop' }) };
    expect(await (await fetch(`${page}/receipts`, form)).text()).toContain('<b>stop</b> to');
    expect(stage.received).toHaveLength(1);
  });

  it('shows a text message as a telephone does, and each channel alone', async () => {
    const messageId = newId();
    await send(messageId);
    const { id } = await stage.message();
    const get = async (path: string) => (await fetch(`${stage.sandbox.url}${path}`)).text();
    expect(await get(`/messages/${id}`)).toContain('<div class="bubble">hi</div>');
    expect(await get(`/messages/${id}?view=source`)).toContain('Body=hi');
    expect(await get('/vendors')).toContain(stage.vendor('whatsapp-cloud'));
    expect(await get('/?channel=sms')).toContain(`/messages/${id}`);
    expect(await get('/?channel=email')).not.toContain(`/messages/${id}`);
  });
});
