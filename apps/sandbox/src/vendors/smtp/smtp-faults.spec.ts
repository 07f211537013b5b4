import { once } from 'node:events';
import net from 'node:net';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../../test/support/config.js';
import { sandboxSteps } from '../../../../../test/support/sandbox-steps.js';
import { type RunningSandbox, startSandbox } from '../../start-sandbox.js';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox(testConfig());
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await api('DELETE', '/api/faults');
  await api('DELETE', '/api/messages');
});

const { api, faults, send, ledgerOf, lastEntry, inboxIds } = sandboxSteps(() => sandbox);

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
