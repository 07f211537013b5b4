import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { SnsProvider } from './sns.provider.js';
import { RECIPIENT, sms } from '../testing/outgoing-sms.js';

const KEY_ID = 'AKIACANARYKEY0000002';
const SECRET = 'canary/secret+of/sns';

// Loading an SDK takes as long as a call may in the contract.
beforeAll(() => import('@aws-sdk/client-sns'));

function providerAt(baseUrl: string, sendTimeoutMs = 5_000, sender?: string): Provider {
  const credentials = { region: 'eu-west-1', access_key_id: KEY_ID, secret_access_key: SECRET, base_url: baseUrl };
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  return new SnsProvider({ ...credentials, ...(sender !== undefined && { sender_id: sender }) }, options);
}

function xml(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function result(action: string, inner: string): Reply {
  const metadata = '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>';
  return xml(
    200,
    `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/">` +
      `<${action}Result>${inner}</${action}Result>${metadata}</${action}Response>`,
  );
}

function fault(status: number, code: string, message = 'no'): Reply {
  return xml(
    status,
    '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>' +
      `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  );
}

const taken = result('Publish', '<MessageId>sns-1</MessageId>');
const settings = result('GetSMSAttributes', '<attributes/>');

function form(body: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body));
}

providerContract(
  'sns',
  httpHarness({
    provider: providerAt,
    message: () => sms(),
    secrets: [KEY_ID, SECRET, RECIPIENT, RECIPIENT.slice(1)],
    sends: ({ body }) => body.includes('Action=Publish'),
    taken: () => taken,
    refusedForGood: fault(400, 'InvalidParameter'),
    refusedForNow: fault(400, 'Throttling'),
    refusedQuoting: (words) => fault(400, 'InvalidParameter', words),
    other: () => settings,
  }),
);

describe('SnsProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply, sender?: string): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerAt(server.url, 5_000, sender);
  }

  /** The attributes of the message that was published, by name. */
  function attributes(): Record<string, string> {
    const fields = form(server.received[0]!.body);
    const names = Object.keys(fields).filter((field) => /^MessageAttributes\.entry\.\d+\.Name$/.test(field));
    return Object.fromEntries(names.map((name) => [fields[name], fields[name.replace(/Name$/, 'Value.StringValue')]]));
  }

  it('publishes to the telephone, signed for the region', async () => {
    await answering(taken);
    const text = `Grüße & ${'€'.repeat(100)}`;
    expect(await provider.send(sms({ text, from: 'Shop' }))).toEqual({
      kind: 'sent',
      providerMessageId: 'sns-1',
      detail: { segments: 2 },
    });
    const [{ method, path, headers, body }] = server.received as [(typeof server.received)[0]];
    expect([method, path]).toEqual(['POST', '/']);
    expect(headers.authorization).toMatch(
      new RegExp(`^AWS4-HMAC-SHA256 Credential=${KEY_ID}/\\d{8}/eu-west-1/sns/aws4_request, `),
    );
    const types = Object.entries(form(body)).filter(([field]) => field.endsWith('DataType'));
    expect(types.map(([, type]) => type)).toEqual(['String', 'String']);
    expect(form(body)).toMatchObject({
      Action: 'Publish',
      Version: '2010-03-31',
      PhoneNumber: RECIPIENT,
      Message: text,
    });
    expect(attributes()).toEqual({ 'AWS.SNS.SMS.SMSType': 'Transactional', 'AWS.SNS.SMS.SenderID': 'Shop' });
  });

  it.each([
    ['+33698765432', undefined, { 'AWS.MM.SMS.OriginationNumber': '+33698765432' }],
    ['+33698765432', 'OUTBELL', { 'AWS.SNS.SMS.SenderID': 'OUTBELL' }],
    ['Shop', 'OUTBELL', { 'AWS.SNS.SMS.SenderID': 'Shop' }],
  ])('from %s over a connection of %s: %j', async (from, sender, expected) => {
    await answering(taken, sender);
    await provider.send(sms({ from }));
    expect(attributes()).toEqual({ 'AWS.SNS.SMS.SMSType': 'Transactional', ...expected });
  });

  it.each([
    [
      fault(400, 'InvalidParameter', `Invalid parameter: PhoneNumber Reason: ${RECIPIENT} is not valid to publish to`),
      { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' },
    ],
    [
      fault(400, 'InvalidParameter', 'Invalid parameter: Cannot publish to opted out phone number: x'),
      { kind: 'rejected', reason: 'recipient_opted_out', suppress: 'unsubscribe' },
    ],
    [fault(400, 'OptedOut'), { kind: 'rejected', reason: 'recipient_opted_out', suppress: 'unsubscribe' }],
    [
      fault(400, 'InvalidParameter', 'Invalid parameter: The sender ID specified in AWS.SNS.SMS.SenderID is not valid'),
      { kind: 'rejected', reason: 'sender_refused' },
    ],
    [
      fault(400, 'InvalidParameterValue', 'Invalid parameter: Message too long'),
      { kind: 'rejected', reason: 'refused' },
    ],
    [fault(400, 'Throttling'), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [fault(429, 'Throttled'), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [fault(400, 'KMSThrottling'), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [fault(400, 'KMSDisabled'), { kind: 'rejected', reason: 'refused' }],
    [fault(403, 'InvalidClientTokenId'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(403, 'SignatureDoesNotMatch'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(403, 'AuthorizationError'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(400, 'IncompleteSignature'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(500, 'InternalError'), { kind: 'unknown', reason: 'vendor_error' }],
    [xml(502, '<html>'), { kind: 'unknown', reason: 'vendor_error' }],
    [fault(503, 'ServiceUnavailable'), { kind: 'retry', reason: 'server_unavailable' }],
    [result('Publish', ''), { kind: 'unknown', reason: 'unreadable_reply' }],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    expect(await provider.send(sms())).toMatchObject(outcome);
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [settings, { ok: true }],
    [fault(403, 'AuthorizationError'), { ok: true }],
    // As fauxqs says.
    [fault(400, 'InvalidAction'), { ok: true }],
    [xml(400, '<html>'), { ok: false, reason: 'refused' }],
    [fault(403, 'InvalidClientTokenId'), { ok: false, reason: 'authentication_failed' }],
  ] as [Reply, object][])('verifies by the settings of the account: %j is %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
    expect(server.received.map(({ body }) => form(body)['Action'])).toEqual(['GetSMSAttributes']);
  });

  it('takes 1,600 characters and no more', async () => {
    await answering(taken);
    expect(await provider.send(sms({ text: '👋'.repeat(1_600) }))).toMatchObject({ kind: 'sent' });
    expect(await provider.send(sms({ text: 'a'.repeat(1_601) }))).toEqual({
      kind: 'rejected',
      reason: 'message_too_large',
      detail: { characters: 1_601, segments: 11 },
    });
    expect(server.received).toHaveLength(1);
  });
});
