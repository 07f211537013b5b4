import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import type { SMTPTransportOptions } from 'nodemailer';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { hashRecipient } from './ledger/ledger.service.js';
import { type RunningSandbox, startSandbox } from './start-sandbox.js';

interface Seen {
  messageId: string;
  to?: string;
  html?: string;
  text?: string;
}

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox(testConfig());
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await api('DELETE', '/api/faults');
  await api('DELETE', '/api/messages');
});

async function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json') === true;
  return { status: answer.status, headers: answer.headers, text, body: json ? JSON.parse(text) : undefined };
}

function faults(...list: object[]) {
  return api('PUT', '/api/faults', list);
}

/** Sends one mail by a real client; its error, if any, is the answer. */
async function send(seen: Seen, options: SMTPTransportOptions = {}) {
  const { messageId, to = 'ann@example.org', html, text = 'hello' } = seen;
  const client = nodemailer.createTransport({ host: '127.0.0.1', port: sandbox.smtpPort, ignoreTLS: true, ...options });
  const mail = { from: 'Acme <shop@acme.test>', to, subject: 'Grüße', messageId: `<${messageId}@acme.test>`, text };
  try {
    return await client.sendMail({ ...mail, ...(html === undefined ? {} : { html }) });
  } catch (error) {
    return error as Error & { responseCode?: number; response?: string; command?: string; code?: string };
  } finally {
    client.close();
  }
}

async function ledgerOf(messageId: string) {
  return (await api('GET', `/api/ledger?messageId=${messageId}`)).body.data;
}

/** The newest entry: of calls that ended before they told an id. */
async function lastEntry() {
  return (await api('GET', '/api/ledger?limit=10000')).body.data.at(-1);
}

async function inboxIds(): Promise<string[]> {
  return (await api('GET', '/api/messages')).body.data.map((mail: { message_id: string }) => mail.message_id);
}

describe('taking mail', () => {
  it('shows what arrived, as it was sent', async () => {
    const messageId = newId();
    const sent = await send({ messageId, html: '<p>héllo</p>', to: 'zoe@example.org' });
    const { body } = await api('GET', `/api/messages?messageId=${messageId}`);
    expect(body).toMatchObject({
      total: 1,
      next_cursor: null,
      data: [
        {
          vendor: 'smtp',
          channel: 'email',
          message_id: messageId,
          envelope: { from: 'shop@acme.test', to: ['zoe@example.org'] },
          subject: 'Grüße',
          from: '"Acme" <shop@acme.test>',
        },
      ],
    });
    expect(sent).toMatchObject({ response: `250 2.0.0 OK: queued as ${body.data[0].id}` });
    const mail = (await api('GET', `/api/messages/${body.data[0].id}`)).body;
    expect(mail).toMatchObject({ html: '<p>héllo</p>', attachments: [] });
    expect(mail.text.trim()).toBe('hello');
    expect(mail.headers).toContainEqual({ name: 'Message-ID', value: `<${messageId}@acme.test>` });
    expect(mail.size).toBe(Buffer.byteLength(mail.source));
  });

  it('writes the ledger, without the address', async () => {
    const messageId = newId();
    await send({ messageId, to: 'Ann@example.org' });
    const recipient_hash = hashRecipient('ann@example.org');
    expect(await ledgerOf(messageId)).toMatchObject([{ vendor: 'smtp', outcome: 'accepted', recipient_hash }]);
  });

  it('names in the summary what was taken twice', async () => {
    const [once, twice] = [newId(), newId()];
    for (const messageId of [once, twice, twice]) await send({ messageId });
    const { body } = await api('GET', '/api/ledger/summary');
    expect(body.twice).toEqual([twice]);
    expect(body.taken_by_message).toMatchObject({ [once]: 1, [twice]: 2 });
  });

  it('pages through inbox and ledger', async () => {
    const ids = [newId(), newId(), newId()];
    for (const messageId of ids) await send({ messageId });
    const first = (await api('GET', '/api/messages?limit=2')).body;
    const rest = (await api('GET', `/api/messages?limit=2&cursor=${first.next_cursor}`)).body;
    const seen = [...first.data, ...rest.data].map((mail) => mail.message_id);
    expect(seen).toEqual([...ids].reverse());
    const page = (await api('GET', '/api/ledger?limit=1')).body;
    expect(page.next_after).toBe(page.data[0].seq);
    const next = (await api('GET', `/api/ledger?after=${page.next_after}&limit=1`)).body;
    expect(next.data[0].seq).toBe(Number(page.next_after) + 1);
  });

  it('takes any user and password', async () => {
    const sent = await send({ messageId: newId() }, { auth: { user: 'anyone', pass: 'anything' }, forceAuth: true });
    expect(sent).not.toBeInstanceOf(Error);
  });

  it('encrypts for a client that demands it and verifies nothing', async () => {
    const options = { ignoreTLS: false, requireTLS: true, tls: { rejectUnauthorized: false } };
    expect(await send({ messageId: newId() }, options)).not.toBeInstanceOf(Error);
  });
});

describe('faults', () => {
  it.each([
    ['connect', 421, 'CONN'],
    ['mail', 451, 'MAIL FROM'],
    ['rcpt', 550, 'RCPT TO'],
    ['data', 451, 'DATA'],
    ['dot', 552, 'DATA'],
  ])('refuses at %s', async (at, code, command) => {
    const enhanced = `${String(code).charAt(0)}.2.1`;
    await faults({ when: { first: 1 }, action: { type: 'reply', code, enhanced, text: 'not today', at } });
    const messageId = newId();
    const refused = await send({ messageId });
    expect(refused).toMatchObject({ responseCode: code, response: `${code} ${enhanced} not today`, command });
    expect(await lastEntry()).toMatchObject({ outcome: 'rejected', reply: `${code} ${enhanced} not today` });
    expect(await inboxIds()).toEqual([]);
    expect(await send({ messageId })).not.toBeInstanceOf(Error);
    expect(await inboxIds()).toEqual([messageId]);
  });

  it.each(['connect', 'mail', 'rcpt', 'data', 'dot'])('hangs at %s', async (at) => {
    await faults({ action: { type: 'hang', at } });
    const patience = { greetingTimeout: 300, socketTimeout: 300 };
    expect(await send({ messageId: newId() }, patience)).toMatchObject({ code: 'ETIMEDOUT' });
    expect(await lastEntry()).toMatchObject({ outcome: 'hung', reply: null });
    expect(await inboxIds()).toEqual([]);
  });

  it.each(['connect', 'mail', 'rcpt', 'data', 'body'])('cuts before the dot, at %s', async (at) => {
    await faults({ action: { type: 'drop_before_dot', at } });
    expect(await send({ messageId: newId() })).toBeInstanceOf(Error);
    expect(await lastEntry()).toMatchObject({ outcome: 'dropped_before' });
    expect(await inboxIds()).toEqual([]);
  });

  it('cuts after the dot: taken, but never answered', async () => {
    await faults({ action: { type: 'drop_after_dot' } });
    const messageId = newId();
    expect(await send({ messageId })).toBeInstanceOf(Error);
    expect(await ledgerOf(messageId)).toMatchObject([{ outcome: 'dropped_after', reply: null }]);
    expect(await inboxIds()).toEqual([messageId]);
    expect((await api('GET', '/api/ledger/summary')).body.taken_by_message).toMatchObject({ [messageId]: 1 });
  });

  it.each(['250 2.0.0 half a rep', 'what?\r\n'])(
    'says "%s" after the dot, and cuts: taken all the same',
    async (saying) => {
      await faults({ action: { type: 'drop_after_dot', saying } });
      const messageId = newId();
      const error = (await send({ messageId })) as Error & { response?: string };
      expect(error).toBeInstanceOf(Error);
      expect(`${error.message} ${error.response}`).toContain(saying.endsWith('\n') ? 'what?' : 'closed');
      expect(await ledgerOf(messageId)).toMatchObject([{ outcome: 'dropped_after', reply: null }]);
    },
  );

  it('is slow, and then does what the next fault says', async () => {
    const slow = { type: 'slow', ms: 150 };
    await faults({ action: slow }, { when: { recipient: '*@gone.test' }, action: { type: 'reply', code: 550 } });
    const started = performance.now();
    expect(await send({ messageId: newId() })).not.toBeInstanceOf(Error);
    expect(performance.now() - started).toBeGreaterThan(145);
    expect(await send({ messageId: newId(), to: 'x@gone.test' })).toMatchObject({ responseCode: 550 });
    const { data } = (await api('GET', '/api/faults')).body;
    expect(data).toMatchObject([
      { vendor: 'smtp', action: slow, seen: 2, fired: 2 },
      { seen: 1, fired: 1 },
    ]);
  });

  it('tells what is wrong with a rule, and keeps those it had', async () => {
    await faults({ action: { type: 'drop_after_dot' } });
    const refused = await faults(
      { action: { type: 'reply', code: 250 } },
      { when: { first: 1, every: 2 }, action: { type: 'hang' } },
      { when: { recipient: '*' }, action: { type: 'hang', at: 'mail' } },
      { action: { type: 'explode' } },
    );
    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const fields = refused.body.errors.map((error: { field: string }) => error.field);
    expect(fields).toEqual(['0.action.code', '1.when', '2.when.recipient', '3.action.type']);
    expect((await api('GET', '/api/faults')).body.data).toHaveLength(1);
    expect((await api('PUT', '/api/faults', { action: { type: 'hang' } })).status).toBe(400);
  });
});

describe('a client that leaves in the middle', () => {
  it('is written down, and nothing is taken', async () => {
    const messageId = newId();
    const socket = net.connect(sandbox.smtpPort, '127.0.0.1');
    const replies = socket.setEncoding('utf8')[Symbol.asyncIterator]();
    const lines = ['EHLO me', 'MAIL FROM:<a@b.test>', 'RCPT TO:<ann@example.org>', 'DATA'];
    for (const line of lines) {
      await replies.next();
      socket.write(`${line}\r\n`);
    }
    await replies.next();
    socket.end(`Message-ID: <${messageId}@b.test>\r\n\r\nunfinish`);
    await once(socket, 'close');
    await expect.poll(() => ledgerOf(messageId)).toMatchObject([{ outcome: 'aborted' }]);
    expect(await inboxIds()).toEqual([]);
  });
});

describe('the pages', () => {
  const hostile = '<html><head></head><body><script>alert(1)</script><p>hi</p></body></html>';

  it('list and show what arrived, escaped', async () => {
    await send({ messageId: newId(), to: "o'neil@example.org", html: hostile, text: '<script>alert(2)</script>' });
    const { id } = (await api('GET', '/api/messages')).body.data[0];
    const list = await api('GET', '/');
    expect(list.text).toContain('o&#39;neil@example.org');
    expect(list.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const view of ['html', 'text', 'headers', 'source']) {
      const page = await api('GET', `/messages/${id}?view=${view}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('<script>alert');
    }
  });

  it('never let a script of a mail run', async () => {
    await send({ messageId: newId(), html: hostile });
    const { id } = (await api('GET', '/api/messages')).body.data[0];
    const frame = (await api('GET', `/messages/${id}`)).text;
    expect(/<iframe[^>]*sandbox="([^"]*)"/.exec(frame)?.[1]).not.toMatch(/allow-scripts|allow-same-origin/);
    const mail = await api('GET', `/messages/${id}/html`);
    const policy = mail.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/; sandbox(?!.*allow-(scripts|same-origin))/);
    expect(policy).not.toMatch(/script-src|connect-src|https?:/);
    expect(mail.text).toContain('<head><base target="_blank"></head>');
  });

  it('tell an open page at once that something came', async () => {
    const stop = new AbortController();
    const stream = await fetch(`${sandbox.url}/events`, { signal: stop.signal });
    const news = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await send({ messageId: newId() });
    await expect.poll(async () => (await news?.read())?.value).toContain('changed');
    stop.abort();
  });

  it('answer 404 for a message that is not there', async () => {
    expect((await api('GET', `/api/messages/${newId()}`)).status).toBe(404);
    expect((await api('GET', `/messages/${newId()}`)).status).toBe(404);
  });
});

describe('who is let in', () => {
  it('is on the sandbox’s own machine', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = net.connect(Number(new URL(sandbox.url).port), '127.0.0.1');
      socket.setEncoding('utf8').once('data', (data: string) => resolve(data));
      socket.end('GET /api/messages HTTP/1.1\r\nhost: rebound.example.org\r\nconnection: close\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1.1 403/);
  });

  it('may not change anything from a foreign page', async () => {
    const refused = await api('POST', '/clear', undefined, { origin: 'https://example.org' });
    expect(refused.status).toBe(403);
  });

  it('finds it healthy', async () => {
    expect((await api('GET', '/health')).body).toEqual({ status: 'ok' });
  });
});

describe('ending', () => {
  it('waits for nobody who is still connected', async () => {
    const usual = sandbox;
    sandbox = await startSandbox(testConfig());
    try {
      await faults({ action: { type: 'hang' } });
      const news = await fetch(`${sandbox.url}/events`);
      const sent = send({ messageId: newId() });
      await expect.poll(lastEntry).toMatchObject({ outcome: 'hung' });
      await sandbox.close();
      expect(await sent).toBeInstanceOf(Error);
      await expect(news.text()).rejects.toThrow('terminated');
    } finally {
      sandbox = usual;
    }
  });
});

describe('starting', () => {
  it('is refused in production', async () => {
    await expect(startSandbox(testConfig({ NODE_ENV: 'production' }))).rejects.toThrow(/refuses to start.*production/);
  });

  it('names the setting of a port that is taken', async () => {
    const smtp = testConfig({ SANDBOX_SMTP_PORT: String(sandbox.smtpPort) });
    await expect(startSandbox(smtp)).rejects.toThrow('SANDBOX_SMTP_PORT');
    const http = testConfig({ SANDBOX_PORT: new URL(sandbox.url).port });
    await expect(startSandbox(http)).rejects.toThrow('SANDBOX_PORT');
  });

  it('continues the ledger of an earlier run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outbell-sandbox-'));
    const config = testConfig({ SANDBOX_LEDGER: join(folder, 'ledger.jsonl') });
    const usual = sandbox;
    const messageId = newId();
    for (const times of [1, 2]) {
      sandbox = await startSandbox(config);
      expect(await send({ messageId })).not.toBeInstanceOf(Error);
      expect((await readFile(join(folder, 'ledger.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(times);
      expect((await lastEntry()).seq).toBe(times);
      await sandbox.close();
    }
    sandbox = usual;
    await rm(folder, { recursive: true });
  });
});
