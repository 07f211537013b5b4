import { afterEach, describe, expect, it } from 'vitest';
import { SmtpProvider } from './smtp.provider.js';
import { selfSigned } from './testing/certificates.js';
import {
  type Act,
  close,
  hang,
  PLAIN_EHLO,
  reset,
  say,
  sayAndClose,
  ScriptedSmtpServer,
} from './testing/scripted-smtp-server.js';
import { email } from '../testing/outgoing-email.js';
import { smtpStage } from './testing/smtp-stage.js';

const { serve, connect, clear } = smtpStage();
afterEach(clear);

describe('connections that are kept', () => {
  it('carries many messages over few connections', async () => {
    const server = await serve();
    const provider = connect(server.port, { max_connections: 2 });
    for (let i = 0; i < 5; i++) expect((await provider.send(email())).kind).toBe('sent');
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it.each([
    ['closed it', close],
    ['reset it', reset],
    ['said 421 and closed it', sayAndClose('421 4.4.2 idle for too long\r\n')],
  ])('uses another connection when the server %s meanwhile', async (_fault, idle) => {
    const server = await serve((connection) => (connection === 0 ? { idle } : {}));
    const provider = connect(server.port, { max_connections: 1 });
    expect((await provider.send(email())).kind).toBe('sent');
    await server.drained();
    expect((await provider.send(email())).kind).toBe('sent');
    expect(server.connections).toBe(2);
  });

  it('uses another connection when the server leaves at the first word of the next message', async () => {
    let mails = 0;
    const leave: Act = (socket) => (mails++ === 0 ? say('250 ok') : reset)(socket);
    const server = await serve((connection) => (connection === 0 ? { mail: leave } : {}));
    const provider = connect(server.port, { max_connections: 1 });
    expect([(await provider.send(email())).kind, (await provider.send(email())).kind]).toEqual(['sent', 'sent']);
    expect(server.messages).toHaveLength(2);
  });

  it('goes on after a refusal on the same connection', async () => {
    let recipients = 0;
    const server = await serve({ rcpt: (socket) => say(recipients++ === 0 ? '550 5.1.1 no' : '250 ok')(socket) });
    const provider = connect(server.port, { max_connections: 1 });
    expect((await provider.send(email())).kind).toBe('rejected');
    expect((await provider.send(email())).kind).toBe('sent');
    expect(server.connections).toBe(1);
  });

  it('says retry for a message that found no free connection in time', async () => {
    const server = await serve({ dot: hang });
    const provider = connect(server.port, { max_connections: 1 }, 800);
    const [first, second] = await Promise.all([provider.send(email()), provider.send(email())]);
    expect([first.kind, second]).toMatchObject(['unknown', { kind: 'retry', reason: 'timeout' }]);
  });

  it('says retry once it is closed', async () => {
    const server = await serve();
    const provider = connect(server.port);
    await provider.close();
    expect(await provider.send(email())).toMatchObject({ kind: 'retry' });
    expect(server.connections).toBe(0);
  });
});

describe('where it connects to', () => {
  const listed = { sendTimeoutMs: 10_000, outboundAllow: ['127.0.0.1/32'] };
  const credentials = { host: '127.0.0.1', port: 1, security: 'starttls' } as const;

  it('refused: retry', async () => {
    const server = await ScriptedSmtpServer.start();
    const { port } = server;
    await server.stop();
    expect(await connect(port).send(email())).toMatchObject({ kind: 'retry', reason: 'connection_refused' });
  });

  it('unknown host: retry', async () => {
    const provider = new SmtpProvider({ ...credentials, host: 'no-such-host.invalid' }, listed);
    expect(await provider.send(email())).toMatchObject({ kind: 'retry', reason: 'dns_failed' });
  });

  it.each(['127.0.0.1', 'localhost', '2130706433', '169.254.169.254', '::ffff:10.0.0.1'])(
    '%s, not listed: rejected',
    async (host) => {
      const server = await serve();
      const provider = new SmtpProvider({ ...credentials, host, port: server.port }, { ...listed, outboundAllow: [] });
      expect(await provider.send(email())).toMatchObject({ kind: 'rejected', reason: 'address_not_allowed' });
      expect(await provider.verify()).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/^address_not_allowed: .*OUTBOUND_ALLOW/),
      });
      expect(server.connections).toBe(0);
    },
  );

  it('a public address without encryption: rejected', async () => {
    const provider = new SmtpProvider({ ...credentials, host: '8.8.8.8', security: 'none' }, listed);
    expect(await provider.verify()).toMatchObject({ ok: false, reason: expect.stringContaining('without encryption') });
  });
});

describe('encryption', () => {
  const identity = selfSigned('localhost');
  const starttls = { ehlo: say('250-scripted', '250 STARTTLS') };
  const viaLocalhost = { host: 'localhost', security: 'starttls', ca: identity.cert } as const;

  it('sends through STARTTLS when the certificate is trusted and named so', async () => {
    const server = await serve(starttls, identity);
    expect(await connect(server.port, viaLocalhost).send(email())).toMatchObject({ kind: 'sent' });
  });

  it.each([
    ['a self-signed certificate', { host: 'localhost', security: 'starttls' }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['a certificate of another name', { ...viaLocalhost, host: '127.0.0.1' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['a server that does not speak TLS', { host: 'localhost', security: 'tls' }, 'ERR_SSL_WRONG_VERSION_NUMBER'],
  ] as const)('%s: retry, and not a word of the message', async (_fault, credentials, code) => {
    const server = await serve(starttls, identity);
    const outcome = await connect(server.port, credentials).send(email());
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'tls_failed', detail: { code } });
    expect(server.messages).toEqual([]);
  });

  it.each([
    ['offers no STARTTLS', { ehlo: PLAIN_EHLO, starttls: say('502 no such command') }],
    ['refuses STARTTLS', { ...starttls, starttls: say('454 4.7.0 not now') }],
  ])('retry when the server %s: never in plain text', async (_fault, script) => {
    const server = await serve(script, identity);
    const outcome = await connect(server.port, viaLocalhost).send(email());
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'tls_failed' });
    expect(server.messages).toEqual([]);
  });
});

describe('signing in', () => {
  const credentials = { username: 'mailer', password: 'wrong' };
  const offered = { ehlo: say('250-scripted', '250 AUTH PLAIN') };

  it.each([
    ['a wrong password', { ...offered, auth: say('535 5.7.8 not accepted') }],
    ['a server too busy to check', { ...offered, auth: say('454 4.7.0 later') }],
    ['a server that offers no sign-in', { auth: say('502 5.5.1 unknown command') }],
  ])('%s: retry, for the tenant can mend it', async (_fault, script) => {
    const server = await serve(script);
    const provider = connect(server.port, credentials);
    expect(await provider.send(email())).toMatchObject({ kind: 'retry', reason: 'authentication_failed' });
    expect(await provider.verify()).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^authentication_failed: \d{3} /),
    });
  });

  it('ends a verification that a server keeps waiting', async () => {
    const server = await serve({ ...offered, auth: hang });
    expect(await connect(server.port, credentials, 200).verify()).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^timeout/),
    });
  });
});
