import { type AddressInfo } from 'node:net';
import { type Readable } from 'node:stream';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { SmtpProvider } from './smtp.provider.js';
import { selfSigned } from './testing/certificates.js';
import { email, RECIPIENT } from '../testing/outgoing-email.js';
import { providerFor } from './testing/smtp-provider-for.js';

/** A mail server that nobody here wrote (npm `smtp-server`), read with a parser that nobody here wrote. */
interface Received {
  mail: ParsedMail;
  raw: string;
  from: string;
  to: string[];
  secure: boolean;
}

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(options: SMTPServerOptions = {}): Promise<{ port: number; inbox: Received[] }> {
  const inbox: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    ...options,
    onData: (stream, { envelope, secure }, done) => {
      void readMail(stream).then((read) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        inbox.push({ ...read, from, to: envelope.rcptTo.map(({ address }) => address), secure });
        done();
      }, done);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, inbox };
}

async function readMail(stream: Readable): Promise<{ mail: ParsedMail; raw: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  return { mail: await simpleParser(raw), raw: raw.toString() };
}

function connect(...args: Parameters<typeof providerFor>): SmtpProvider {
  const provider = providerFor(...args);
  cleanups.push(() => provider.close());
  return provider;
}

async function receive(message = email()): Promise<Received> {
  const { port, inbox } = await serve();
  expect(await connect(port).send(message)).toMatchObject({ kind: 'sent' });
  expect(inbox).toHaveLength(1);
  return inbox[0]!;
}

describe('the mail that arrives', () => {
  it('has text and html, one envelope recipient, and our id as its Message-ID', async () => {
    const message = email();
    const { mail, from, to, raw } = await receive(message);
    expect(mail).toMatchObject({
      subject: 'Your code',
      text: 'It is 1234.',
      html: '<p>It is 1234.</p>',
      messageId: `<${message.messageId}@example.com>`,
      from: { value: [{ address: 'shop@example.com', name: 'Shop' }] },
      to: { value: [{ address: RECIPIENT, name: '' }] },
    });
    expect({ from, to }).toEqual({ from: 'shop@example.com', to: [RECIPIENT] });
    expect(raw).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(raw).not.toMatch(/nodemailer/i);
  });

  it('answers the server’s own words as detail', async () => {
    const { port } = await serve();
    const message = email();
    expect(await connect(port).send(message)).toEqual({
      kind: 'sent',
      providerMessageId: `<${message.messageId}@example.com>`,
      detail: { reply: expect.stringMatching(/^250 /) },
    });
  });

  it('is text alone when there is no html', async () => {
    const { mail, raw } = await receive(email({ html: undefined }));
    expect(mail.html).toBe(false);
    expect(raw).toMatch(/^Content-Type: text\/plain/m);
  });

  it('keeps every character of subject, name and body, and lines of any length', async () => {
    const subject = `Grüße 👋 ${'lang '.repeat(60)}ende`;
    const text = `Ünï ¢ödé 👋\n.\n..two dots\nFrom here\n${'x'.repeat(3_000)}\nend`;
    const { mail } = await receive(
      email({ subject, text, from: { address: 'shop@example.com', name: 'Bücher & Söhne' } }),
    );
    expect(mail.subject).toBe(subject);
    expect(mail.text?.trimEnd()).toBe(text);
    expect(mail.from?.value).toEqual([{ address: 'shop@example.com', name: 'Bücher & Söhne' }]);
  });

  it.each(['Boss <boss@bank.example>', 'a@b.c, d@e.f', '"quoted" \\ (comment)', 'team: a@b.c;'])(
    'carries the display name %j as a name, not as an address',
    async (name) => {
      const { mail, to } = await receive(email({ from: { address: 'shop@example.com', name } }));
      expect(mail.from?.value).toEqual([{ address: 'shop@example.com', name }]);
      expect(to).toEqual([RECIPIENT]);
    },
  );

  it('carries long headers unbroken', async () => {
    const url = `https://example.com/unsubscribe/${'abcdefgh'.repeat(60)}`;
    const headers = { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
    const { raw, mail } = await receive(email({ headers }));
    expect(mail.headers.get('list')).toMatchObject({
      unsubscribe: { url },
      'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
    });
    expect(raw.replace(/\r\n[ \t]+/g, ' ')).toContain(`List-Unsubscribe: <${url}>`);
  });

  it('names an internationalized domain in ASCII', async () => {
    const message = email({ from: { address: 'shop@bücher.example', name: 'Shop' } });
    const { mail, raw } = await receive(message);
    expect(raw).toMatch(/^From: Shop <shop@xn--bcher-kva\.example>\r$/m);
    expect(mail.messageId).toBe(`<${message.messageId}@xn--bcher-kva.example>`);
  });

  it('reads no file and no URL, whatever a template holds', async () => {
    const html = '<img src="/etc/passwd"><img src="http://127.0.0.1/x"><img src="data:image/png;base64,AAAA">';
    const { mail } = await receive(email({ html }));
    expect(mail.html).toBe(html);
    expect(mail.attachments).toEqual([]);
  });

  it('is not sent at all when a header would break out', async () => {
    const { port, inbox } = await serve();
    const provider = connect(port);
    expect(await provider.send(email({ subject: 'Hi\r\nBcc: evil@example.org' }))).toEqual({
      kind: 'rejected',
      reason: 'invalid_header',
    });
    expect(await provider.send(email({ to: 'a@b.c, evil@example.org' }))).toEqual({
      kind: 'rejected',
      reason: 'invalid_address',
    });
    expect(inbox).toEqual([]);
  });
});

describe('how it gets there', () => {
  const identity = selfSigned('localhost');
  const account = { username: 'mailer', password: 'pässword' };
  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) => {
    if (username === account.username && password === account.password) done(null, { user: username });
    else done(new Error('no'));
  };

  it.each([
    ['TLS', { secure: true }, 'tls'],
    ['STARTTLS', { secure: false }, 'starttls'],
  ] as const)('by %s with a sign-in', async (_name, { secure }, security) => {
    const { port, inbox } = await serve({ ...identity, secure, authOptional: false, onAuth });
    const provider = connect(port, { host: 'localhost', security, ca: identity.cert, ...account });
    expect(await provider.verify()).toEqual({ ok: true });
    expect(await provider.send(email())).toMatchObject({ kind: 'sent' });
    expect(inbox).toMatchObject([{ secure: true }]);
  });

  it('not by TLS older than 1.2', async () => {
    const old = {
      ...identity,
      secure: true,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    const { port } = await serve(old);
    const provider = connect(port, { host: 'localhost', security: 'tls', ca: identity.cert });
    expect(await provider.send(email())).toMatchObject({ kind: 'retry', reason: 'tls_failed' });
  });

  it('not with a wrong password', async () => {
    const { port } = await serve({ ...identity, secure: true, authOptional: false, onAuth });
    const provider = connect(
      port,
      { host: 'localhost', security: 'tls', ca: identity.cert, ...account, password: 'x'.repeat(9) },
      5_000,
    );
    expect(await provider.send(email())).toMatchObject({ kind: 'retry', reason: 'authentication_failed' });
    expect(await provider.verify()).toEqual({
      ok: false,
      reason: expect.stringMatching(/^authentication_failed: 535 /),
    });
  });

  it('in parallel, each message once', async () => {
    const { port, inbox } = await serve();
    const provider = connect(port);
    const messages = Array.from({ length: 200 }, () => email());
    const outcomes = await Promise.all(messages.map((message) => provider.send(message)));
    expect(outcomes.filter(({ kind }) => kind !== 'sent')).toEqual([]);
    expect(inbox.map(({ mail }) => mail.messageId).sort()).toEqual(
      messages.map(({ messageId }) => `<${messageId}@example.com>`).sort(),
    );
  });
});
