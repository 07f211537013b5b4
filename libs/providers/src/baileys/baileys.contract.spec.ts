import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { type Behaviour, type Harness, providerContract } from '../provider.contract.js';
import { BaileysProvider } from './baileys.provider.js';
import { containRejections } from './contain-rejections.js';
import { LiveSession } from './live-session.js';
import { FakeWhatsApp } from './testing/fake-whatsapp.js';
import { MemoryRecord } from './testing/memory-record.js';

const OURS = '+33700000001';
const TO = '+33612345678';
const TIMEOUT_MS = 1_500;

/** Has WhatsApp's server do it from now on. */
const BEHAVE: Record<Behaviour, (whatsApp: FakeWhatsApp) => void> = {
  'takes everything': () => undefined,
  'refuses for good': ({ unknown }) => unknown.add(TO),
  'refuses for now': (whatsApp) => (whatsApp.onMessage = { error: '479' }),
  'refuses and quotes address and credentials': (whatsApp) => (whatsApp.onMessage = { error: `${TO} of shop-canary` }),
  'hangs before the message': (whatsApp) => (whatsApp.holds = 'usync'),
  'hangs after the message': (whatsApp) => (whatsApp.onMessage = 'silence'),
  'resets before the message': (whatsApp) => {
    whatsApp.holds = 'usync';
    whatsApp.onHeld = () => whatsApp.cut();
  },
  'resets after the message': (whatsApp) => (whatsApp.onMessage = 'cut'),
  'answers garbage': (whatsApp) => (whatsApp.onMessage = 'garbage'),
  'hangs on the first, takes the others': (whatsApp) => (whatsApp.onFirst = 'silence'),
  'answers only when told': (whatsApp) => (whatsApp.onMessage = 'held'),
};

const harness: Harness = {
  timeoutMs: TIMEOUT_MS,
  async start(behaviour) {
    const whatsApp = await FakeWhatsApp.start();
    const record = new MemoryRecord();
    const session = LiveSession.start({
      record,
      pairing: { by: 'qr' },
      url: whatsApp.url,
      onEvidence: () => undefined,
      onFault: () => undefined,
    });
    whatsApp.scan(await until(() => Promise.resolve(record.qr)), OURS);
    await until(() => Promise.resolve(session.connected));
    BEHAVE[behaviour](whatsApp);
    const whatsAppSessions = { find: () => Promise.resolve({ state: 'connected' } as const), line: () => session };
    const options = { sendTimeoutMs: TIMEOUT_MS, outboundAllow: [], whatsAppSessions };
    return {
      provider: new BaileysProvider({ session: 'shop-canary' }, options),
      message: () => ({ channel: 'whatsapp', messageId: newId(), from: OURS, to: TO, text: 'Your code is 1234.' }),
      taken: () => whatsApp.messages.length,
      answer: () => whatsApp.release(),
      secrets: [TO, TO.slice(1), 'shop-canary'],
      stop: async () => {
        await session.close();
        whatsApp.stop();
      },
    };
  },
};

/**
 * As a worker has it: what Baileys leaves behind when it cannot read a frame is no end of the process, nor of this
 * suite.
 */
let restore: () => void;
beforeAll(() => {
  const others = process.listeners('unhandledRejection');
  for (const other of others) process.off('unhandledRejection', other);
  const end = containRejections(() => undefined);
  restore = () => {
    end();
    for (const other of others) process.on('unhandledRejection', other);
  };
});
afterAll(() => restore());

providerContract('baileys', harness);
