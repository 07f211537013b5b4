import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Act,
  close,
  hang,
  PIPELINING_EHLO,
  PLAIN_EHLO,
  reset,
  say,
  sayAndClose,
  type Script,
} from './testing/scripted-smtp-server.js';
import { email } from '../testing/outgoing-email.js';
import { smtpStage } from './testing/smtp-stage.js';

const { serve, connect, clear } = smtpStage();
afterEach(clear);

/** 8.5 MB: more than the buffers between us and a server that does not read will hold (Linux sends from 4 MiB). */
const HUGE = email({ text: `${'x'.repeat(70)}\n`.repeat(120_000) });
/** Bytes. Little, since the kernel gives a reader that has read much a window of up to 32 MiB. */
const FIRST_BYTES = 2_000;
/** Enough to write it on a busy machine. */
const HUGE_TIMEOUT_MS = 15_000;

/** Short where the test waits for it to pass, else ample. */
function timeFor(script: Script): number {
  return Object.values(script).includes(hang) ? 300 : 10_000;
}

/** What breaks before the message begins: proven not sent. */
const BEFORE: [string, Script, string][] = [
  ['hang instead of a greeting', { greeting: hang }, 'timeout'],
  ['close instead of a greeting', { greeting: close }, 'connection_lost'],
  ['reset instead of a greeting', { greeting: reset }, 'connection_lost'],
  ['garbage as a greeting', { greeting: say('SSH-2.0-OpenSSH_9.2') }, 'protocol_error'],
  ['554 as a greeting', { greeting: say('554 5.7.1 not you') }, 'server_unavailable'],
  ['421 as a greeting', { greeting: say('421 4.3.2 busy') }, 'server_unavailable'],
  ['hang after EHLO', { ehlo: hang }, 'timeout'],
  ['reset after EHLO', { ehlo: reset }, 'connection_lost'],
  ['421 after EHLO', { ehlo: say('421 later') }, 'server_unavailable'],
  ['hang after MAIL', { mail: hang }, 'timeout'],
  ['reset after MAIL', { mail: reset }, 'connection_lost'],
  ['garbage after MAIL', { mail: say('what?') }, 'protocol_error'],
  ['451 after MAIL', { mail: say('451 4.3.0 later') }, 'temporary_failure'],
  ['421 after MAIL', { mail: say('421 4.3.2 closing') }, 'server_unavailable'],
  ['530 after MAIL', { mail: say('530 5.7.0 sign in first') }, 'authentication_failed'],
  ['hang after RCPT', { rcpt: hang }, 'timeout'],
  ['close after RCPT', { rcpt: close }, 'connection_lost'],
  ['half a reply to RCPT', { rcpt: sayAndClose('25') }, 'connection_lost'],
  ['450 after RCPT', { rcpt: say('450 4.2.0 greylisted') }, 'mailbox_busy'],
  ['452 after RCPT', { rcpt: say('452 4.2.2 full') }, 'mailbox_full'],
  ['hang after DATA', { data: hang }, 'timeout'],
  ['reset after DATA', { data: reset }, 'connection_lost'],
  ['421 after DATA', { data: say('421 closing') }, 'server_unavailable'],
  ['503 after DATA', { data: say('503 5.5.1 out of step') }, 'protocol_error'],
];

describe.each([
  ['command by command', PLAIN_EHLO],
  ['pipelined', PIPELINING_EHLO],
])('faults before the message, %s', (_name, ehlo) => {
  it.each(BEFORE)('%s: retry', async (_fault, script, reason) => {
    const server = await serve({ ehlo, ...script });
    expect(await connect(server.port, {}, timeFor(script)).send(email())).toMatchObject({ kind: 'retry', reason });
    expect(server.messages).toEqual([]);
  });

  it.each([
    ['550 after MAIL', { mail: say('550 5.1.8 bad sender') }, { reason: 'sender_refused' }],
    ['550 after RCPT', { rcpt: say('550 5.1.1 no such user') }, { reason: 'bad_address', suppress: 'invalid' }],
    [
      'DNS of another host',
      { rcpt: say('550 5.1.2 Host unknown (Name server: relay.example.net: host not found)') },
      { reason: 'mailbox_unavailable' },
    ],
    ['no such user', { rcpt: say('550 no such user here') }, { reason: 'bad_address', suppress: 'invalid' }],
    [
      'a refusal in several lines',
      { rcpt: say('550-5.7.1 we do not', '550-5.7.1 like', '550 5.7.1 you') },
      { reason: 'policy_rejected' },
    ],
    ['554 after DATA', { data: say('554 5.5.1 no valid recipients') }, { reason: 'refused' }],
  ])('%s: rejected', async (_fault, script, expected) => {
    const server = await serve({ ehlo, ...script });
    expect(await connect(server.port).send(email())).toMatchObject({ kind: 'rejected', ...expected });
    expect(server.messages).toEqual([]);
  });
});

describe('faults in the middle of the message', () => {
  it.each([
    ['reset', reset, 'connection_lost', HUGE_TIMEOUT_MS],
    ['421', say('421 4.3.2 closing'), 'server_unavailable', HUGE_TIMEOUT_MS],
    ['hang', hang, 'timeout', 1_000],
    ['close of its side', close, expect.stringMatching(/timeout|connection_lost/), 1_000],
  ] as [string, Act, string, number][])('%s: retry, for the final dot was never written', async (...row) => {
    const [, act, reason, timeoutMs] = row;
    const server = await serve({ body: { after: FIRST_BYTES, act } });
    expect(await connect(server.port, {}, timeoutMs).send(HUGE)).toMatchObject({ kind: 'retry', reason });
    expect(server.messages).toEqual([]);
  });

  it('552: rejected', async () => {
    const server = await serve({ body: { after: FIRST_BYTES, act: say('552 5.3.4 too big') } });
    expect(await connect(server.port, {}, HUGE_TIMEOUT_MS).send(HUGE)).toMatchObject({
      kind: 'rejected',
      reason: 'message_too_large',
    });
  });

  it.each([
    ['garbage', say('hm')],
    ['an early 250', say('250 taken')],
  ])('%s: unknown', async (_fault, act) => {
    const server = await serve({ body: { after: FIRST_BYTES, act } });
    expect(await connect(server.port, {}, HUGE_TIMEOUT_MS).send(HUGE)).toMatchObject({
      kind: 'unknown',
      reason: 'unreadable_reply',
    });
  });
});

describe('faults after the final dot', () => {
  it.each([
    ['reset', reset, { kind: 'unknown', reason: 'no_reply_after_data' }],
    ['close', close, { kind: 'unknown', reason: 'no_reply_after_data' }],
    ['hang', hang, { kind: 'unknown', reason: 'no_reply_after_data', detail: { code: 'EABORT' } }],
    ['half a good reply', sayAndClose('250 2.0'), { kind: 'unknown', reason: 'no_reply_after_data' }],
    [
      'half a reply in several lines',
      sayAndClose('250-2.0.0 taken\r\n'),
      { kind: 'unknown', reason: 'no_reply_after_data' },
    ],
    ['two digits of a refusal', sayAndClose('55'), { kind: 'unknown', reason: 'no_reply_after_data' }],
    ['garbage', say('as you like'), { kind: 'unknown', reason: 'unreadable_reply' }],
    ['354 again', say('354 more'), { kind: 'unknown', reason: 'unreadable_reply' }],
    ['550', say('550 5.7.1 spam'), { kind: 'rejected', reason: 'policy_rejected' }],
    ['550 without enhanced code', say('550 no'), { kind: 'rejected', reason: 'mailbox_unavailable' }],
    ['451', say('451 4.3.0 later'), { kind: 'retry', reason: 'temporary_failure' }],
    ['421', say('421 4.3.2 closing'), { kind: 'retry', reason: 'server_unavailable' }],
    [
      'a good reply in several lines',
      say('250-2.0.0 taken', '250 2.0.0 as 9'),
      { kind: 'sent', detail: { reply: '250-2.0.0 taken 250 2.0.0 as 9' } },
    ],
    [
      'the id that a relay gives it',
      say('250 Ok 0102018c7b3e4f00-000000'),
      { kind: 'sent', providerMessageId: '0102018c7b3e4f00-000000' },
    ],
  ] as [string, Act, object][])('%s', async (_fault, dot, expected) => {
    const server = await serve({ dot });
    expect(await connect(server.port, {}, dot === hang ? 800 : 10_000).send(email())).toMatchObject(expected);
    expect(server.messages).toHaveLength(1);
  });
});

describe('a call whose time is over before its timer has been heard, as in a process that stood still', () => {
  const later = setTimeout;
  afterEach(() => vi.useRealTimers());

  it('is not begun when the server asks for the message', async () => {
    const read: string[] = [];
    const data: Act = (socket) => {
      socket.on('data', (content) => read.push(content.toString()));
      // Both parts are signs of life, so that nobody else loses patience.
      later(() => socket.write('35'), 120);
      later(() => socket.write('4 go ahead\r\n'), 240);
    };
    const server = await serve({ data });
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    expect(await connect(server.port, {}, 200).send(email())).toMatchObject({ kind: 'retry', reason: 'timeout' });
    expect(read.join('')).not.toContain('Subject:');
  });
});
