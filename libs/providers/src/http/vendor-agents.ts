import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { OutboundGuard } from '../outbound-guard.js';
import { VendorCall } from './vendor-call.js';

/** Vendors end idle connections after 5 s and more. Leaving first avoids writing into one that is already gone. */
const IDLE_TIMEOUT_MS = 4_000;

/** Connecting and encryption together, in ms. */
const CONNECT_TIMEOUT_MS = 10_000;

export interface VendorAgents {
  http: http.Agent;
  https: https.Agent;
  /** Ends what is idle. */
  destroy(): void;
}

/**
 * The agents that all requests to a vendor go through, whichever SDK makes them: connections are kept, are made to
 * permitted addresses only, and tell the VendorCall whether a request had one.
 *
 * @param outboundAllow private ranges that may be reached all the same
 * @param maxSockets requests at once
 */
export function vendorAgents(outboundAllow: readonly string[], maxSockets: number): VendorAgents {
  const guard = new OutboundGuard(outboundAllow);
  const unencrypted = new OutboundGuard(outboundAllow, 'listed');
  // An idle socket is left after `timeout`; one in use only hears that it has been silent for so long.
  const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, timeout: IDLE_TIMEOUT_MS };
  const plain = watching(new http.Agent(options), unencrypted, net.connect, 'connect');
  const secure = watching(new https.Agent({ ...options, minVersion: 'TLSv1.2' }), guard, tls.connect, 'secureConnect');
  return {
    http: plain,
    https: secure,
    destroy: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Connections that are ready to be written to. */
const ready = new WeakMap<net.Socket, Promise<void>>();

function becomesReady(socket: net.Socket, event: 'connect' | 'secureConnect'): void {
  const promise = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    }, CONNECT_TIMEOUT_MS);
    socket.once(event, () => {
      clearTimeout(timer);
      resolve();
    });
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('closed'));
    });
  });
  promise.catch(() => undefined);
  ready.set(socket, promise);
}

/** Node calls it for each request, in the context of whoever makes it; its types do not know it. */
interface RequestTaker {
  addRequest(request: http.ClientRequest, options: object): void;
}

function watch(request: http.ClientRequest): void {
  VendorCall.current()?.watch(request, (socket) => ready.get(socket) ?? Promise.resolve());
}

/** Makes an agent watch its requests, and connect to where the guard lets it alone. */
function watching<T extends http.Agent>(
  agent: T,
  guard: OutboundGuard,
  connect: (options: net.TcpNetConnectOpts) => net.Socket,
  event: 'connect' | 'secureConnect',
): T {
  const taker = agent as unknown as RequestTaker;
  const addRequest = taker.addRequest.bind(agent);
  const watched: RequestTaker & Pick<http.Agent, 'createConnection'> = {
    addRequest(request, options) {
      watch(request);
      addRequest(request, options);
    },
    createConnection(options: net.TcpNetConnectOpts) {
      guard.check(options.host ?? '');
      const socket = connect({ ...options, lookup: guard.lookup });
      becomesReady(socket, event);
      return socket;
    },
  };
  return Object.assign(agent, watched);
}
