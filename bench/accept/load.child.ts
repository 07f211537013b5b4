// Sends prebuilt requests and waits for each 202: what it costs to make them stays out of the process that is measured.
import { Pool } from 'undici';
import { answer } from '../harness/answer.js';
import { percentile } from '../harness/statistics.js';
import { receiptVariables } from '../installation/receipt.js';
import type { ApiClient } from '../installation/keys.js';
import type { Fired, Load } from './load.js';

let load: Load;
let pool: Pool | undefined;
/** Of each request of a round. */
let bodies: Buffer[] = [];
let round = 0;

answer({
  prepare: async (given: Load) => {
    await pool?.close();
    load = given;
    pool = new Pool(load.url, { connections: load.connections, pipelining: 1 });
  },
  write: () => {
    bodies = Array.from({ length: load.requests }, (_, n) => body(n));
  },
  fire,
});

/** @param tag makes the idempotency keys differ from those of other rounds */
async function fire(tag: string): Promise<Fired> {
  const times: number[] = [];
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < bodies.length; n = next++) {
      const began = performance.now();
      await send(n, tag);
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: load.connections }, lane));
  const seconds = (performance.now() - began) / 1_000;
  round++;
  return { seconds, p50: percentile(times, 50), p99: percentile(times, 99) };
}

async function send(n: number, tag: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${clientOf(n).key}`,
    'idempotency-key': `${tag}-${n}`,
  };
  const request = { path: load.path, method: 'POST' as const, headers, body: bodies[n] as Buffer };
  const answered = await (pool as Pool).request(request);
  const text = await answered.body.text();
  if (answered.statusCode !== 202) throw new Error(`${answered.statusCode}: ${text}`);
}

/** Each round goes on with the clients that have had no turn yet. */
function clientOf(request: number): ApiClient {
  const client = load.clients[(round * load.requests + request) % load.clients.length];
  if (!client) throw new Error('there is nobody to make requests');
  return client;
}

function body(n: number): Buffer {
  const { sender } = clientOf(n);
  if (load.size === 1) return Buffer.from(JSON.stringify(message(n, sender)));
  const messages = Array.from({ length: load.size }, (_, item) => message(n * load.size + item, sender));
  return Buffer.from(JSON.stringify({ messages }));
}

/** As an application would send it. */
function message(n: number, sender: string) {
  return {
    channel: 'email',
    to: `person${n}@example.org`,
    sender,
    template: { name: 'receipt' },
    variables: receiptVariables(n),
  };
}
