import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import type { DeliveryEvent } from '../callback.js';
import { containRejections } from './contain-rejections.js';
import { LiveSession } from './live-session.js';
import { FakeWhatsApp } from './testing/fake-whatsapp.js';
import { MemoryRecord } from './testing/memory-record.js';

const OURS = '+33700000001';
const TO = '+33612345678';

let whatsApp: FakeWhatsApp;
let record: MemoryRecord;
const started: LiveSession[] = [];
const faults: unknown[] = [];
const evidence: DeliveryEvent[] = [];

beforeEach(async () => {
  whatsApp = await FakeWhatsApp.start();
  record = new MemoryRecord();
  faults.length = 0;
  evidence.length = 0;
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((session) => session.close()));
  whatsApp.stop();
});

function start(pairing: { by: 'qr' } | { by: 'code'; phone: string } = { by: 'qr' }, url = whatsApp.url): LiveSession {
  const session = LiveSession.start({
    record,
    pairing,
    url,
    onEvidence: (told) => evidence.push(...told),
    onFault: (error) => faults.push(error),
  });
  started.push(session);
  return session;
}

async function paired(): Promise<LiveSession> {
  const session = start();
  const qr = await until(() => Promise.resolve(record.qr));
  whatsApp.scan(qr, OURS);
  await until(() => Promise.resolve(session.connected));
  return session;
}

const message = (to = TO) => ({ messageId: newId(), to, text: 'Your code is 1234.' });

describe('pairing a session', () => {
  it('shows a QR code, and is connected once it is scanned, restart included', async () => {
    await paired();
    expect(record.reports).toEqual([{ state: 'connected', phone: OURS }]);
    expect(whatsApp.logins).toBe(1);
    expect(faults).toEqual([]);
  });

  it('comes back without pairing', async () => {
    await (await paired()).close();
    record.qr = undefined;
    const again = start();
    await until(() => Promise.resolve(again.connected));
    expect(record.qr).toBeUndefined();
    expect(whatsApp.logins).toBe(2);
  });

  it('asks for a pairing code once, and shows it', async () => {
    start({ by: 'code', phone: OURS });
    const code = await until(() => Promise.resolve(record.code));
    expect(code).toMatch(/^[0-9A-Z]{8}$/);
    await until(() => Promise.resolve(whatsApp.asked.includes('link_code_companion_reg')));
    expect(whatsApp.asked.filter((tag) => tag === 'link_code_companion_reg')).toHaveLength(1);
  });
});

describe('sending through a session', () => {
  it('says sent with the server’s ack', async () => {
    const session = await paired();
    const outcome = await session.send(message(), 5_000);
    expect(outcome).toEqual({ kind: 'sent', providerMessageId: whatsApp.messages[0] });
    expect(faults).toEqual([]);
  });

  it.each([
    ['silence', { kind: 'unknown', reason: 'no_reply_after_data' }],
    ['cut', { kind: 'unknown', reason: 'no_reply_after_data' }],
    [{ error: '479' }, { kind: 'retry', reason: 'temporary_failure', detail: { code: '479' } }],
    [{ error: '420' }, { kind: 'rejected', reason: 'refused', detail: { code: '420' } }],
  ] as const)('when WhatsApp answers a message with %j: %j', async (answer, outcome) => {
    const session = await paired();
    whatsApp.onMessage = answer;
    expect(await session.send(message(), 1_500)).toEqual(outcome);
    expect(whatsApp.messages).toHaveLength(1);
  });

  it('says retry when time is up before it was handed over, and does not hand it over any more', async () => {
    const session = await paired();
    whatsApp.holds = 'key';
    expect(await session.send(message(), 1_000)).toEqual({ kind: 'retry', reason: 'timeout' });
    whatsApp.release();
    expect((await session.send(message('+33612345679'), 5_000)).kind).toBe('sent');
    expect(whatsApp.messages).toHaveLength(1);
  });

  it('says retry when the connection breaks before it was handed over', async () => {
    const session = await paired();
    whatsApp.holds = 'key';
    const outcome = session.send(message(), 5_000);
    await until(() => Promise.resolve(whatsApp.held > 0));
    whatsApp.cut();
    expect((await outcome).kind).toBe('retry');
    expect(whatsApp.messages).toEqual([]);
  });

  it('lets a restricted number rest', async () => {
    const session = await paired();
    whatsApp.onMessage = { error: '463' };
    expect(await session.send(message(), 5_000)).toMatchObject({ kind: 'retry', reason: 'number_restricted' });
    whatsApp.onMessage = 'ack';
    expect(await session.send(message(), 5_000)).toMatchObject({ kind: 'retry', reason: 'number_paused' });
    expect(whatsApp.messages).toHaveLength(1);
  });

  it('writes to no more new contacts than it may, but to known ones', async () => {
    const session = await paired();
    record.newLeft = 1;
    expect((await session.send(message(), 5_000)).kind).toBe('sent');
    const other = await session.send(message('+33612345679'), 5_000);
    expect(other).toMatchObject({ kind: 'deferred', reason: 'new_contacts_used_up' });
    expect((await session.send(message(), 5_000)).kind).toBe('sent');
  });

  it('rejects a number that WhatsApp does not know, and suppresses nobody: it may be there tomorrow', async () => {
    const session = await paired();
    whatsApp.unknown.add(TO);
    expect(await session.send(message(), 5_000)).toEqual({
      kind: 'rejected',
      reason: 'bad_address',
    });
    expect(whatsApp.messages).toEqual([]);
  });

  it('sends to whom WhatsApp takes the number for, and says so', async () => {
    const session = await paired();
    whatsApp.renamed.set('+525512345678', '+5215512345678');
    for (let time = 0; time < 2; time += 1) {
      const outcome = await session.send(message('+525512345678'), 5_000);
      expect(outcome).toMatchObject({ kind: 'sent', recipientId: '+5215512345678' });
    }
    expect(whatsApp.recipients.join()).not.toContain('525512345678@s');
    expect(whatsApp.recipients).toHaveLength(2);
  });

  it('sends to a number of which WhatsApp says nothing: that is no word against it', async () => {
    const session = await paired();
    whatsApp.unsaid.add(TO);
    expect((await session.send(message(), 5_000)).kind).toBe('sent');
    expect(whatsApp.messages).toHaveLength(1);
  });

  it('sends nothing while it is not connected', async () => {
    expect(await start().send(message(), 1_000)).toEqual({ kind: 'retry', reason: 'session_disconnected' });
  });
});

describe('when the connection ends', () => {
  it.each([
    [401, 'logged_out'],
    [403, 'forbidden'],
    [440, 'replaced'],
  ])('stops at %i: %s', async (code, reason) => {
    const session = await paired();
    whatsApp.disconnect(code);
    expect(await session.ended).toBe('stopped');
    expect(record.reports.at(-1)).toEqual({ state: 'stopped', reason });
  });

  it.each([503, 515])('connects anew after %i', async (code) => {
    await paired();
    whatsApp.disconnect(code);
    await until(() => Promise.resolve(whatsApp.logins === 2 && record.reports.at(-1)?.state === 'connected'));
    expect(whatsApp.logins).toBe(2);
  });

  it('stops when the log-in is refused', async () => {
    await (await paired()).close();
    whatsApp.refuses = 401;
    expect(await start().ended).toBe('stopped');
    expect(record.reports.at(-1)).toEqual({ state: 'stopped', reason: 'logged_out' });
  });

  it('rests when WhatsApp calls it too old, and connects when it is started anew', async () => {
    await (await paired()).close();
    whatsApp.refuses = 405;
    const old = start();
    await until(() => Promise.resolve(faults.length > 0));
    expect(record.reports.at(-1)).toEqual({ state: 'disconnected', reason: 'client_too_old' });
    expect(whatsApp.refused).toBe(3);
    expect(await old.send(message(), 1_000)).toEqual({ kind: 'retry', reason: 'client_too_old' });
    await old.close();
    expect([await old.ended, whatsApp.refused]).toEqual(['closed', 3]);
    whatsApp.refuses = undefined;
    const updated = start();
    await until(() => Promise.resolve(updated.connected));
  });

  it('can be closed while nobody answers', async () => {
    const session = start({ by: 'qr' }, 'ws://127.0.0.1:1');
    await session.close();
    expect(await session.ended).toBe('closed');
  });

  it('leaves a promise alone at a frame that it cannot read, which does not end the process', async () => {
    const others = process.listeners('unhandledRejection');
    for (const other of others) process.off('unhandledRejection', other);
    const end = containRejections((error) => faults.push(error));
    try {
      await paired();
      whatsApp.babble();
      await until(() => Promise.resolve(faults.length > 0));
      expect(String(faults[0])).toContain('authenticate');
    } finally {
      end();
      for (const other of others) process.on('unhandledRejection', other);
    }
  });

  it('ends when another has it', async () => {
    const session = await paired();
    record.lost = true;
    expect(await session.send(message(), 5_000)).toMatchObject({ kind: 'deferred', reason: 'session_on_other_worker' });
    expect(await session.ended).toBe('closed');
  });
});

describe('logging out', () => {
  it('tells WhatsApp', async () => {
    const session = await paired();
    expect(await session.logOut()).toBe(true);
    expect(whatsApp.asked).toContain('remove-companion-device');
    expect(record.reports.at(-1)).toEqual({ state: 'connected', phone: OURS });
  });
});
