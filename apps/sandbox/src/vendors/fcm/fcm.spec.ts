import { generateKeyPairSync } from 'node:crypto';
import { JWT } from 'google-auth-library';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

/** An access token as Google's own library fetches it, from the sandbox. */
async function accessToken(email = 'push@project-1.iam.gserviceaccount.com'): Promise<string> {
  const client = new JWT({ email, key: PEM, scopes: ['https://www.googleapis.com/auth/firebase.messaging'] });
  const { adapter, ...defaults } = client.transporter.defaults;
  client.transporter.defaults = {
    ...defaults,
    adapter: (options, send) => {
      const url = String(options.url).replace('https://oauth2.googleapis.com', stage.vendor('fcm'));
      return (adapter ?? send)({ ...options, url: new URL(url) }, send);
    },
  };
  const { token } = await client.getAccessToken();
  return token ?? '';
}

async function send(message: object, { token, validateOnly = false }: { token?: string; validateOnly?: boolean } = {}) {
  const answer = await fetch(`${stage.vendor('fcm')}/v1/projects/project-1/messages:send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token ?? (await accessToken())}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message, ...(validateOnly && { validate_only: true }) }),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

describe('FCM', () => {
  it('takes a notification for a device', async () => {
    const notification = { title: 'Your parcel', body: 'It is here' };
    const { status, body } = await send({ token: 'device-1', notification, data: { order: '7' } });
    expect(status).toBe(200);
    expect(body.name).toMatch(/^projects\/project-1\/messages\//);
    expect(await stage.message()).toMatchObject({
      vendor: 'fcm',
      channel: 'push',
      provider_message_id: body.name,
      envelope: { to: ['device-1'] },
      subject: 'Your parcel',
      text: 'It is here',
      data: { order: '7' },
    });
    const { id } = await stage.message();
    expect(await (await fetch(`${stage.sandbox.url}/messages/${id}`)).text()).toContain('<b>Your parcel</b>');
  });

  it.each([
    ['unregistered-1', 404, 'UNREGISTERED'],
    ['mismatch-1', 403, 'SENDER_ID_MISMATCH'],
    ['invalid-1', 400, 'INVALID_ARGUMENT'],
    ['quota-1', 429, 'QUOTA_EXCEEDED'],
  ])('says of the token %s: %i, %s', async (token, status, errorCode) => {
    const answer = await send({ token, notification: { body: 'hi' } });
    expect(answer).toMatchObject({ status, body: { error: { code: status, details: [{ errorCode }] } } });
  });

  it('refuses what is too large, and takes nothing that shall only be looked at', async () => {
    const large = { token: 'device-1', notification: { body: 'x'.repeat(4_096) } };
    expect((await send(large)).status).toBe(400);
    expect((await send(large, { validateOnly: true })).status).toBe(400);
    expect((await send({ token: 'device-1', notification: { body: 'hi' } }, { validateOnly: true })).status).toBe(200);
    expect((await stage.api('GET', 'messages')).body.total).toBe(0);
  });

  it('knows its own access tokens alone, and gives none for an account that is wrong', async () => {
    const message = { token: 'device-1', notification: { body: 'hi' } };
    expect(await send(message, { token: 'ya29.other' })).toMatchObject({
      status: 401,
      body: { error: { status: 'UNAUTHENTICATED' } },
    });
    await expect(accessToken('wrong@project-1.iam.gserviceaccount.com')).rejects.toThrow('invalid_grant');
  });
});
