import { afterEach, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { SmsMobileApiProvider } from './smsmobileapi.provider.js';
import { RECIPIENT, sms } from '../testing/outgoing-sms.js';

const KEY = 'canary-key-of-smsmobileapi';

function providerAt(baseUrl: string, sendTimeoutMs = 2_000): Provider {
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  return new SmsMobileApiProvider({ api_key: KEY, base_url: baseUrl }, options);
}

function result(fields: object): Reply {
  return { status: 200, body: { result: fields } };
}

providerContract(
  'smsmobileapi',
  httpHarness({
    provider: providerAt,
    message: () => sms(),
    secrets: [KEY, RECIPIENT, RECIPIENT.slice(1)],
    sends: ({ path }) => path === '/sendsms/',
    taken: () => result({ error: 0, sent: '1', id: 'guid-1' }),
    refusedForGood: result({ error: '12', note: 'no' }),
    refusedForNow: { status: 429, headers: { 'retry-after': '2' } },
    refusedQuoting: (words) => result({ error: words, note: words }),
  }),
);

describe('SmsMobileApiProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerAt(server.url);
  }

  it('posts the message, with the key in the body alone', async () => {
    await answering(result({ error: '', sent: 1, id: 77 }));
    expect(await provider.send(sms({ text: 'Grüße & 👋' }))).toEqual({
      kind: 'sent',
      providerMessageId: '77',
      detail: { segments: 1 },
    });
    const [{ method, path, body }] = server.received as [(typeof server.received)[0]];
    expect([method, path]).toEqual(['POST', '/sendsms/']);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      apikey: KEY,
      recipients: RECIPIENT,
      message: 'Grüße & 👋',
    });
  });

  it.each([
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 3_000 },
    ],
    [{ status: 503 }, { kind: 'retry', reason: 'server_unavailable' }],
    [{ status: 500 }, { kind: 'unknown', reason: 'vendor_error' }],
    [{ status: 401 }, { kind: 'retry', reason: 'authentication_failed' }],
    [{ status: 403 }, { kind: 'retry', reason: 'authentication_failed' }],
    [{ status: 400 }, { kind: 'rejected', reason: 'refused' }],
    [
      { status: 200, body: {} },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
    [result({ error: 0 }), { kind: 'unknown', reason: 'unreadable_reply' }],
    [result({ error: 12 }), { kind: 'rejected', reason: 'refused', detail: { code: '12' } }],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    expect(await provider.send(sms())).toMatchObject(outcome);
  });

  const entry = { send_from_mobile: '1', send_from_mobile_erreur: '', error_api: '0' };
  const told = { at: null, providerMessageId: 'guid-1', channel: 'sms' };
  it.each([
    [result({ error: 0, sms: [entry] }), { ...told, eventId: 'guid-1:sent', kind: 'sent' }],
    [
      result({ sms: [{ ...entry, send_from_mobile_erreur: 'no network' }] }),
      { ...told, eventId: 'guid-1:failed', kind: 'failed', reason: 'phone_failed' },
    ],
    [
      result({ sms: [{ ...entry, send_from_mobile: '0', error_api: 4 }] }),
      { ...told, eventId: 'guid-1:failed', kind: 'failed', reason: 'phone_failed' },
    ],
    [result({ sms: [{ ...entry, send_from_mobile: '' }] }), null],
    [
      result({
        sms: [
          { ...entry, guid: 'guid-2', error_api: 4 },
          { ...entry, guid: 'guid-1' },
        ],
      }),
      { ...told, eventId: 'guid-1:sent', kind: 'sent' },
    ],
    [result({ sms: [{ ...entry, guid: 'guid-2' }] }), null],
    [result({ sms: [entry, entry] }), null],
    [result({ sms: [null] }), null],
    [result({ sms: [] }), null],
    [{ status: 200, body: 'garbage' }, null],
    [{ status: 403 }, null],
  ] as [Reply, object | null][])('looks up what became of a message: %j is %j', async (reply, evidence) => {
    await answering(reply);
    expect(await provider.pollStatus?.('guid-1')).toEqual(evidence);
    const [{ method, path, body }] = server.received as [(typeof server.received)[0]];
    expect([method, path, body]).toEqual(['POST', '/log/sent/sms/', `apikey=${KEY}&guid_message=guid-1`]);
  });

  it('knows nothing when the log cannot be reached', async () => {
    await answering({ status: 200 });
    await server.stop();
    expect(await provider.pollStatus?.('guid-1')).toBeNull();
  });
});
