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
 * The agents that all requests to a vendor go through, whichever SDK makes them: connections are kept, are made to permitted addresses only,
 * and tell the VendorCall whether a request had one.
 *
 * @param outboundAllow private ranges that may be reached all the same
 * @param maxSockets requests at once
 */
export function vendorAgents(outboundAllow: readonly string[], maxSockets: number): VendorAgents {
  const guard = new OutboundGuard(outboundAllow);
  const unencrypted = new OutboundGuard(outboundAllow, 'listed');
  // An idle socket is left after `timeout`; one in use only hears that it has been silent for so long.
  const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, timeout: IDLE_TIMEOUT_MS };
  const plain = new WatchingHttpAgent(options, unencrypted);
  const secure = new WatchingHttpsAgent(options, guard);
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

class WatchingHttpAgent extends http.Agent {
  constructor(
    options: http.AgentOptions,
    private readonly guard: OutboundGuard,
  ) {
    super(options);
  }

  addRequest(request: http.ClientRequest, options: object): void {
    watch(request);
    (super['addRequest' as never] as RequestTaker['addRequest']).call(this, request, options);
  }

  override createConnection(options: net.TcpNetConnectOpts): net.Socket {
    this.guard.check(options.host ?? '');
    const socket = net.connect({ ...options, lookup: this.guard.lookup });
    becomesReady(socket, 'connect');
    return socket;
  }
}

class WatchingHttpsAgent extends https.Agent {
  constructor(
    options: https.AgentOptions,
    private readonly guard: OutboundGuard,
  ) {
    super({ ...options, minVersion: 'TLSv1.2' });
  }

  addRequest(request: http.ClientRequest, options: object): void {
    watch(request);
    (super['addRequest' as never] as RequestTaker['addRequest']).call(this, request, options);
  }

  override createConnection(options: tls.ConnectionOptions): net.Socket {
    this.guard.check(options.host ?? '');
    const socket = tls.connect({ ...options, lookup: this.guard.lookup });
    becomesReady(socket, 'secureConnect');
    return socket;
  }
}
