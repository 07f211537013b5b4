import type { Channel } from '@outbell/shared/constants/channels.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  RESEND,
  SANDBOX_VENDORS,
  type SandboxVendor,
  SENDGRID,
  SES,
  SMSMOBILEAPI,
  TWILIO,
  TWILIO_WHATSAPP,
  VOICE_PARTNER,
  WHATSAPP_CLOUD,
} from './support/sandbox-vendors.js';
import { type Customer, VendorScene } from './support/vendor-scene.js';

const CONTENT: Record<Channel, object> = {
  email: { subject: 'Hello', text: 'Hello Ann' },
  sms: { text: 'Hello Ann' },
  whatsapp: { text: 'Hello Ann' },
  push: { subject: 'Hello', text: 'Hello Ann' },
  voice: { audio: 'recording-1' },
};

let scene: VendorScene;

beforeAll(async () => {
  // Loading an SDK takes as long as a call may here.
  const sdks = ['@aws-sdk/client-sesv2', '@aws-sdk/client-sns', '@sendgrid/client', 'resend', 'twilio', 'web-push'];
  await Promise.all(sdks.map((name) => import(name)));
  scene = await VendorScene.set({ SEND_TIMEOUT_MS: '3000' });
});
beforeEach(() => scene.stage.clear());
afterAll(() => scene.end());

const named = (vendors: SandboxVendor[]) => vendors.map((vendor) => [vendor.provider, vendor] as const);

function send(customer: Customer, to: string) {
  return scene.send(customer, to, CONTENT[customer.vendor.channel]);
}

/** What a message of that vendor's is in the end, when all goes well. */
function lastWordOf({ receipts }: SandboxVendor): string {
  return receipts ? (receipts.last ?? 'delivered') : 'sent';
}

/** To whom a message of that vendor goes. */
function recipientOf({ provider, channel }: SandboxVendor): string | Promise<string> {
  if (provider === 'web-push') return scene.browser();
  return (
    { email: 'ann@example.org', push: 'device-token', sms: '', whatsapp: '', voice: '' }[channel] || '+33612345678'
  );
}

// Every vendor of the release by its own SDK, from the connection's making to the receipt.
describe('a connection to a vendor', () => {
  it.each(named(SANDBOX_VENDORS))('carries a message and hears what became of it: %s', async (provider, vendor) => {
    const customer = await scene.customer(vendor);
    expect(customer.connection.verification).toEqual({ ok: true });
    const sent = await send(customer, await recipientOf(vendor));
    expect(sent).toMatchObject({ provider, reason: null });
    const arrived = await scene.stage.message();
    expect(arrived).toMatchObject({ vendor: provider, channel: vendor.channel });
    if (vendor.channel === 'voice') expect(arrived.audio).toBe('recording-1');
    else expect(arrived.text).toContain('Hello Ann');
    await scene.becomes(customer, sent.id, lastWordOf(vendor));
  });

  it.each(named(SANDBOX_VENDORS.filter(({ provider }) => provider !== 'web-push')))(
    'is told that credentials are wrong: %s',
    async (_, vendor) => {
      const credentials = (base: string) => wrong(vendor.credentials(base));
      const { connection } = await scene.customer({ provider: vendor.provider, channel: vendor.channel, credentials });
      expect(connection.verification).toMatchObject({ ok: false });
    },
  );
});

describe('what a vendor tells later', () => {
  it.each(named([SES, SENDGRID, RESEND]))('is a bounce: %s', async (_, vendor) => {
    const customer = await scene.customer(vendor);
    const { id } = await send(customer, 'bounce@example.org');
    await scene.becomes(customer, id, 'bounced');
    expect(await scene.suppressions(customer)).toEqual([
      expect.objectContaining({ channel: 'email', address: 'bounce@example.org' }),
    ]);
    expect(await send(customer, 'bounce@example.org')).toMatchObject({ status: 'suppressed' });
  });

  it.each(named([SES, SENDGRID, RESEND]))('is a complaint: %s', async (_, vendor) => {
    const customer = await scene.customer(vendor);
    const { id } = await send(customer, 'complaint@example.org');
    await scene.becomes(customer, id, 'complained');
    expect(await scene.suppressions(customer)).toEqual([
      expect.objectContaining({ address: 'complaint@example.org', reason: 'complaint' }),
    ]);
  });

  it.each(named([SES, SENDGRID, RESEND]))(
    'is a mailbox that is full, which suppresses nobody: %s',
    async (_, vendor) => {
      const customer = await scene.customer(vendor);
      const { id } = await send(customer, 'soft-bounce@example.org');
      await scene.becomes(customer, id, 'bounced');
      expect(await scene.suppressions(customer)).toEqual([]);
    },
  );

  it.each(named([TWILIO, SMSMOBILEAPI, TWILIO_WHATSAPP, WHATSAPP_CLOUD]))('is a STOP: %s', async (_, vendor) => {
    const customer = await scene.customer(vendor);
    const { id } = await send(customer, '+33612340102');
    await scene.becomes(customer, id, lastWordOf(vendor));
    const found = await scene.suppressed(customer);
    expect(found).toEqual([
      expect.objectContaining({ channel: vendor.channel, address: '+33612340102', reason: 'unsubscribe' }),
    ]);
    expect(await send(customer, '+33612340102')).toMatchObject({ status: 'suppressed' });
  });

  it.each(named([TWILIO, SMSMOBILEAPI, TWILIO_WHATSAPP, WHATSAPP_CLOUD, VOICE_PARTNER]))(
    'is a failure: %s',
    async (_, vendor) => {
      const customer = await scene.customer(vendor);
      const { id } = await send(customer, '+33612340101');
      await scene.becomes(customer, id, 'failed');
      expect(await scene.suppressions(customer)).toEqual([]);
    },
  );
});

// Nobody knows whether it was taken, until the vendor says so: it is not sent again meanwhile.
describe('a vendor that takes a message and never answers', () => {
  it.each([
    ['twilio', TWILIO, '+33612340103'],
    ['sendgrid', SENDGRID, 'silent@example.org'],
  ])('has it: its receipt resolves `unknown` (%s)', async (provider, vendor, to) => {
    const customer = await scene.customer(vendor);
    await scene.stage.fault(provider, { type: 'hang', taken: true });
    const { id, status } = await send(customer, to);
    expect(status).toBe('unknown');
    const arrived = await scene.stage.message();
    expect(await scene.stage.api('POST', `messages/${arrived.id}/receipts`, { kind: 'delivered' })).toMatchObject({
      body: { status: 200, attempts: 1 },
    });
    await scene.becomes(customer, id, 'delivered');
    expect((await scene.stage.api('GET', 'messages')).body.total).toBe(1);
  });
});

/** With `wrong` in whatever is secret. */
function wrong(credentials: object): object {
  const secret = /^(api_key|access_key_id|auth_token|access_token)$/;
  return Object.fromEntries(
    Object.entries(credentials).map(([name, value]) => {
      if (name === 'service_account') return [name, { ...(value as object), client_email: 'wrong@example.com' }];
      return [name, secret.test(name) ? `${String(value)}wrong` : value];
    }),
  );
}
