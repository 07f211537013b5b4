import type { Behaviour, Harness, Stage } from '../../provider.contract.js';
import type { Outgoing, Provider } from '../../provider.js';
import { type Reaction, type Received, type Reply, ScriptedHttpServer } from './scripted-http-server.js';

/** How a vendor with an HTTP API says things. */
export interface HttpVendor {
  /** The provider, with credentials that point to this address, and with that time limit. */
  provider(baseUrl: string, sendTimeoutMs: number): Provider;
  message(): Outgoing;
  /** Canaries: the recipient's address and every credential. */
  secrets: string[];
  /** Whether a request is one that sends, and not one that signs in or verifies. */
  sends(received: Received): boolean;
  /** Of a request that sends. */
  taken(received: Received): Reply;
  refusedForGood: Reply;
  refusedForNow: Reply;
  /** A refusal that quotes these. */
  refusedQuoting(words: string): Reply;
  /** Of what does not send: token, verification. */
  other?(received: Received): Reply;
}

const TIMEOUT_MS = 1_500;

/** The contract's behaviours of a vendor that speaks HTTP. */
export function httpHarness(vendor: HttpVendor): Harness {
  return {
    timeoutMs: TIMEOUT_MS,
    start: (behaviour) => startStage(vendor, behaviour),
    startOdd: (value) =>
      startStage({ ...vendor, taken: (received) => withOdd(vendor.taken(received), value) }, 'takes everything'),
  };
}

function withOdd(reply: Reply, value: unknown): Reply {
  return { ...reply, body: replaced(reply.body, value) };
}

/** Every text, however deep. */
function replaced(body: unknown, value: unknown): unknown {
  if (typeof body === 'string') return value;
  if (Array.isArray(body)) return body.map((item) => replaced(item, value));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, inner]) => [name, replaced(inner, value)]));
}

async function startStage(vendor: HttpVendor, behaviour: Behaviour): Promise<Stage> {
  let answer = (): void => undefined;
  const told = new Promise<void>((done) => (answer = done));
  const taken: Received[] = [];
  const server = await startServer(vendor, behaviour, taken, told);
  const provider = vendor.provider(server.url, TIMEOUT_MS);
  return {
    provider,
    message: () => vendor.message(),
    taken: () => taken.length,
    answer: () => answer(),
    secrets: vendor.secrets,
    stop: async () => {
      await provider.close();
      await server.stop();
    },
  };
}

function startServer(
  vendor: HttpVendor,
  behaviour: Behaviour,
  taken: Received[],
  told: Promise<void>,
): Promise<ScriptedHttpServer> {
  if (behaviour === 'hangs before the message') return ScriptedHttpServer.startMute('hang');
  if (behaviour === 'resets before the message') return ScriptedHttpServer.startMute('reset');
  const take = (received: Received) => {
    taken.push(received);
    return vendor.taken(received);
  };
  const reactions: Partial<Record<Behaviour, Reaction>> = {
    'refuses for good': () => vendor.refusedForGood,
    'refuses for now': () => vendor.refusedForNow,
    'refuses and quotes address and credentials': () => vendor.refusedQuoting(vendor.secrets.join(' ')),
    'hangs after the message': (received) => (take(received), 'hang'),
    'resets after the message': (received) => (take(received), 'reset'),
    'answers garbage': (received) => (take(received), { status: 200, body: `<html>${vendor.secrets.join(' ')}` }),
    'hangs on the first, takes the others': (received) => {
      const first = taken.length === 0;
      const reply = take(received);
      return first ? 'hang' : reply;
    },
    'answers only when told': async (received) => (await told, take(received)),
  };
  const react = reactions[behaviour] ?? take;
  return ScriptedHttpServer.start((received, n) =>
    vendor.sends(received) ? react(received, n) : (vendor.other?.(received) ?? { status: 200, body: {} }),
  );
}
