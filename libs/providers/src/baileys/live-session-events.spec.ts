import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import type { DeliveryEvent } from '../callback.js';
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

describe('what WhatsApp tells a session', () => {
  const at = new Date(1_700_000_000_000);

  it.each([
    [undefined, 'delivered'],
    ['read', 'opened'],
    ['played', 'opened'],
  ] as const)('is what became of a message: a receipt of type %s is %s', async (type, kind) => {
    const session = await paired();
    const sent = message();
    const outcome = await session.send(sent, 5_000);
    const [id = ''] = whatsApp.messages;
    whatsApp.receipt(TO, id, type);
    await until(() => Promise.resolve(evidence.length > 0));
    const facts = { channel: 'whatsapp', eventId: `${id}:${kind}`, kind, at };
    expect(evidence).toEqual([{ ...facts, messageId: sent.messageId, providerMessageId: id }]);
    expect(outcome).toMatchObject({ providerMessageId: id });
  });

  it('is what became of a message that another process sent, by WhatsApp’s id alone', async () => {
    await paired();
    whatsApp.receipt(TO, '3EB0AB');
    await until(() => Promise.resolve(evidence.length > 0));
    expect(evidence).toMatchObject([{ kind: 'delivered', messageId: undefined, providerMessageId: '3EB0AB' }]);
  });

  it.each([
    ['their number', '33612345678@s.whatsapp.net', {}],
    ['a hidden number, with their number beside it', '555@lid', { sender_pn: '33612345678@s.whatsapp.net' }],
    ['a device of theirs', '33612345678:3@s.whatsapp.net', {}],
  ])('is who wants no more messages, by %s', async (_, from, attrs) => {
    await paired();
    whatsApp.write(from, ' Stop! ', { id: 'A1', ...attrs });
    await until(() => Promise.resolve(evidence.length > 0));
    const stop = { kind: 'unsubscribed', at, address: TO, reason: 'recipient_said_stop', suppress: 'unsubscribe' };
    expect(evidence).toEqual([{ ...stop, channel: 'whatsapp', eventId: expect.any(String) }]);
    expect(faults).toEqual([]);
  });

  it('is who wants no more messages, by a hidden number that it told before', async () => {
    const session = await paired();
    await session.send(message(), 5_000);
    whatsApp.write(`9${TO.slice(1)}@lid`, 'STOP', { id: 'A2' });
    await until(() => Promise.resolve(evidence.length > 0));
    expect(evidence).toMatchObject([{ kind: 'unsubscribed', address: TO }]);
  });

  it('is who wants no more messages, by a hidden number alone that nobody knows', async () => {
    await paired();
    whatsApp.write('555666777@lid', 'STOP', { id: 'A7' });
    await until(() => Promise.resolve(evidence.length > 0));
    expect(evidence).toMatchObject([{ kind: 'unsubscribed', vendorId: '555666777@lid', suppress: 'unsubscribe' }]);
    expect(evidence[0]?.address).toBeUndefined();
  });

  it('is who wants messages again', async () => {
    await paired();
    whatsApp.write('33612345678@s.whatsapp.net', 'Start', { id: 'A8' });
    await until(() => Promise.resolve(evidence.length > 0));
    expect(evidence).toMatchObject([{ kind: 'resubscribed', at, address: TO }]);
    expect(evidence[0]?.suppress).toBeUndefined();
  });

  it('is nothing else: not what else people write, not groups, not what the account writes elsewhere', async () => {
    await paired();
    whatsApp.write('33612345678@s.whatsapp.net', 'When do you stop by?', { id: 'A3' });
    whatsApp.write('120363041234567890@g.us', 'STOP', { id: 'A4', participant: '33612345678@s.whatsapp.net' });
    whatsApp.write(`${OURS.slice(1)}@s.whatsapp.net`, 'STOP', { id: 'A5', recipient: '33612345678@s.whatsapp.net' });
    whatsApp.receipt(TO, 'A3', 'read', { recipient: `${OURS.slice(1)}@s.whatsapp.net` });
    whatsApp.write('33612345679@s.whatsapp.net', 'stop', { id: 'A6' });
    await until(() => Promise.resolve(evidence.length > 0));
    expect(evidence).toMatchObject([{ kind: 'unsubscribed', address: '+33612345679' }]);
  });
});
