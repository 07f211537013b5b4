import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { sandboxSteps } from '../../../test/support/sandbox-steps.js';
import { hashRecipient } from './ledger/ledger.service.js';
import { type RunningSandbox, startSandbox } from './start-sandbox.js';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox(testConfig());
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await api('DELETE', '/api/faults');
  await api('DELETE', '/api/messages');
});

const { api, faults, send, ledgerOf, lastEntry } = sandboxSteps(() => sandbox);

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
