import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import webPush, { type PushSubscription } from 'web-push';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

const vapid = webPush.generateVAPIDKeys();
const vapidDetails = { subject: 'mailto:ops@acme.test', ...vapid };

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

async function subscribe(): Promise<PushSubscription> {
  const answer = await fetch(`${stage.vendor('web-push')}/subscriptions`, { method: 'POST' });
  return (await answer.json()) as PushSubscription;
}

/** Encrypted and signed by the SDK; its own call would insist on TLS. */
async function push(subscription: PushSubscription, payload: string, headers: Record<string, string> = {}) {
  const request = webPush.generateRequestDetails(subscription, payload, { vapidDetails, TTL: 60 });
  const answer = await fetch(request.endpoint, {
    method: request.method,
    headers: { ...(request.headers as Record<string, string>), ...headers },
    body: new Uint8Array(request.body),
  });
  return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
}

describe('Web Push', () => {
  it('takes a push for a browser that it handed out, and opens it', async () => {
    const subscription = await subscribe();
    const messageId = newId();
    const payload = { title: 'Your parcel', body: 'It is here – 👋', data: { message_id: messageId } };
    const { status, location } = await push(subscription, JSON.stringify(payload));
    expect(status).toBe(201);
    expect(await stage.message()).toMatchObject({
      vendor: 'web-push',
      channel: 'push',
      message_id: messageId,
      provider_message_id: location,
      envelope: { to: [subscription.endpoint] },
      subject: 'Your parcel',
      text: 'It is here – 👋',
    });
    await push(subscription, 'plain words');
    expect((await stage.message()).text).toBe('plain words');
  });

  it('answers 410 once the browser has unsubscribed, and 404 for one it does not know', async () => {
    const subscription = await subscribe();
    const id = subscription.endpoint.split('/').at(-1);
    const ended = await fetch(`${stage.vendor('web-push')}/subscriptions/${id}`, { method: 'DELETE' });
    expect(ended.status).toBe(204);
    expect((await push(subscription, 'hi')).status).toBe(410);
    expect(await stage.lastCall()).toMatchObject({ vendor: 'web-push', outcome: 'rejected' });
    const unknown = { ...subscription, endpoint: `${stage.vendor('web-push')}/push/unknown` };
    expect((await push(unknown, 'hi')).status).toBe(404);
  });

  it('refuses what is not signed for it, not encrypted for the browser, or too large', async () => {
    const [one, other] = [await subscribe(), await subscribe()];
    const elsewhere = webPush.getVapidHeaders(
      'https://push.example.org',
      vapidDetails.subject,
      vapid.publicKey,
      vapid.privateKey,
      'aes128gcm',
    );
    expect((await push(one, 'hi', { Authorization: elsewhere.Authorization })).status).toBe(401);
    expect((await push({ ...one, endpoint: other.endpoint }, 'hi')).status).toBe(400);
    expect((await push(one, 'x'.repeat(4_050))).status).toBe(413);
    expect((await push(one, 'hi', { TTL: 'soon' })).status).toBe(400);
  });

  it('misbehaves by a fault', async () => {
    await stage.fault('web-push', { type: 'rate_limit', retry_after: 9 });
    expect((await push(await subscribe(), 'hi')).status).toBe(429);
  });
});
