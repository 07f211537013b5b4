import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { SESv2Client, GetAccountCommand, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

function client(accessKeyId = 'AKIASANDBOX'): SESv2Client {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return new SESv2Client({ region: 'eu-west-1', endpoint: stage.vendor('ses'), credentials, maxAttempts: 1 });
}

function mail(over: Partial<SendEmailCommandInput> & { to?: string; messageId?: string } = {}): SendEmailCommand {
  const { to = 'ann@example.org', messageId = newId(), ...rest } = over;
  return new SendEmailCommand({
    FromEmailAddress: 'Acme <shop@acme.test>',
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: {
        Subject: { Data: 'Grüße' },
        Body: { Text: { Data: 'hello' }, Html: { Data: '<p>hello</p>' } },
        Headers: [{ Name: 'Message-ID', Value: `<${messageId}@acme.test>` }],
      },
    },
    EmailTags: [{ Name: 'message_id', Value: messageId }],
    ConfigurationSetName: 'outbell',
    ...rest,
  });
}

describe('SES', () => {
  it('takes a simple mail', async () => {
    const messageId = newId();
    const { MessageId } = await client().send(mail({ messageId }));
    expect(await stage.message()).toMatchObject({
      vendor: 'ses',
      channel: 'email',
      message_id: messageId,
      provider_message_id: MessageId,
      subject: 'Grüße',
      html: '<p>hello</p>',
      text: 'hello',
    });
  });

  it('takes a raw mail', async () => {
    const messageId = newId();
    const raw = `Message-ID: <${messageId}@acme.test>\r\nSubject: raw\r\n\r\nhello`;
    await client().send(mail({ EmailTags: [], Content: { Raw: { Data: Buffer.from(raw) } } }));
    expect(await stage.message()).toMatchObject({ message_id: messageId, subject: 'raw', source: raw });
  });

  it('shows the account, or refuses its key', async () => {
    expect(await client().send(new GetAccountCommand())).toMatchObject({ SendingEnabled: true });
    const refused = client('AKIAWRONG').send(new GetAccountCommand());
    await expect(refused).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      $metadata: { httpStatusCode: 403 },
    });
    const unsigned = await fetch(`${stage.vendor('ses')}/v2/email/account`);
    expect([unsigned.status, unsigned.headers.get('x-amzn-errortype')]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ]);
  });

  it('refuses in its own form, by itself and by a fault', async () => {
    const unverified = client().send(mail({ FromEmailAddress: 'unverified@acme.test' }));
    await expect(unverified).rejects.toMatchObject({ name: 'MessageRejected', $metadata: { httpStatusCode: 400 } });
    await stage.fault('ses', { type: 'rate_limit' });
    await expect(client().send(mail())).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await stage.fault('ses', { type: 'reply', status: 400, code: 'SendingPausedException' });
    await expect(client().send(mail())).rejects.toMatchObject({ name: 'SendingPausedException' });
    await stage.fault('ses', { type: 'garbage' });
    await expect(client().send(mail())).rejects.toThrow();
  });
});

describe('its events', () => {
  it.each([
    ['ann@example.org', ['Send', 'Delivery']],
    ['bounce@example.org', ['Send', 'Bounce']],
    ['complaint+x@example.org', ['Send', 'Delivery', 'Complaint']],
  ])('of a mail to %s come through SNS, signed: %j', async (to, events) => {
    const set = await stage.api('PUT', 'receipts/ses', { url: `${stage.receiver}/callbacks/ses/c1`, delay_ms: 1 });
    const { MessageId } = await client().send(mail({ to }));
    await expect.poll(() => stage.received.length).toBe(events.length);
    const told = stage.received.map(({ body, headers }) => {
      expect(headers['x-amz-sns-message-type']).toBe('Notification');
      const envelope = JSON.parse(body);
      const signed = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'];
      const text = signed.map((name) => `${name}\n${envelope[name]}\n`).join('');
      const key = createPublicKey(set.body.certificate);
      expect(verify('sha256', Buffer.from(text), key, Buffer.from(envelope.Signature, 'base64'))).toBe(true);
      const event = JSON.parse(envelope.Message);
      expect(event.mail).toMatchObject({
        messageId: MessageId,
        destination: [to],
        tags: { message_id: [expect.any(String)] },
      });
      return event.eventType;
    });
    expect(told).toEqual(events);
    const { pathname } = new URL(set.body.signing_cert_url);
    expect(await (await fetch(stage.vendor('ses') + pathname)).text()).toBe(set.body.certificate);
    const certificate = new X509Certificate(set.body.certificate);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it('are what an identity reports where there is no configuration set', async () => {
    await stage.api('PUT', 'receipts/ses', { url: stage.receiver, delay_ms: 1 });
    await client().send(mail({ ConfigurationSetName: undefined }));
    await expect.poll(() => stage.received.length).toBe(1);
    const event = JSON.parse(JSON.parse(stage.received[0]!.body).Message);
    expect(event).toMatchObject({ notificationType: 'Delivery', delivery: { recipients: ['ann@example.org'] } });
    expect(event.mail.tags).toBeUndefined();
  });
});
