import { GetSMSAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxStage } from '../../../../../test/support/sandbox-stage.js';

let stage: SandboxStage;
beforeAll(async () => {
  stage = await SandboxStage.start();
});
afterEach(() => stage.clear());
afterAll(() => stage.stop());

function client(accessKeyId = 'AKIASANDBOX'): SNSClient {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return new SNSClient({ region: 'eu-west-1', endpoint: stage.vendor('sns'), credentials, maxAttempts: 1 });
}

function publish(to = '+33612345678'): PublishCommand {
  return new PublishCommand({
    PhoneNumber: to,
    Message: 'Grüße & 👋',
    MessageAttributes: { 'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: 'ACME' } },
  });
}

describe('SNS', () => {
  it('takes a text message', async () => {
    const { MessageId } = await client().send(publish());
    expect(await stage.message()).toMatchObject({
      vendor: 'sns',
      channel: 'sms',
      provider_message_id: MessageId,
      envelope: { from: 'ACME', to: ['+33612345678'] },
      text: 'Grüße & 👋',
    });
  });

  it('answers what a look at the account asks for, or refuses its key', async () => {
    const ask = new GetSMSAttributesCommand({ attributes: ['DefaultSMSType'] });
    expect((await client().send(ask)).attributes).toEqual({ DefaultSMSType: 'Transactional' });
    await expect(client('wrong').send(ask)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidClientTokenId/),
    });
  });

  it('refuses in XML, by itself and by a fault', async () => {
    await expect(client().send(publish('12'))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await stage.fault('sns', { type: 'rate_limit' });
    await expect(client().send(publish())).rejects.toMatchObject({ $metadata: { httpStatusCode: 429 } });
    await stage.fault('sns', { type: 'drop_after' });
    await expect(client().send(publish())).rejects.toThrow();
    expect(await stage.lastCall()).toMatchObject({ vendor: 'sns', outcome: 'dropped_after' });
  });
});
