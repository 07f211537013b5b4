// A client of the API, as an application of a tenant would be: undici's pool, an idempotency key with each request.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { answer } from '../harness/answer.js';
import { epochMs } from '../harness/epoch.js';
import { receiptVariables } from '../installation/receipt.js';
import { PROBE } from '../sinks/probe.js';

/** Requests at a steady rate, whether or not earlier ones have been answered. */
export interface Paced {
  perSecond: number;
  seconds: number;
  priority: 'high' | 'normal';
}

/** One batch. */
export interface Burst {
  count: number;
}

/** An accepted message, and when it was asked for (`epochMs`). */
export interface Posted {
  id: string;
  at: number;
}

const { API_URL = '', API_KEY = '', SENDER = '' } = process.env;
const api = new Pool(API_URL, { connections: 64 });
let number = 0;

answer({ pace, burst, saturate });

async function pace({ perSecond, seconds, priority }: Paced): Promise<Posted[]> {
  const posting: Promise<Posted>[] = [];
  const began = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    const wait = began + (n * 1_000) / perSecond - performance.now();
    if (wait > 1) await pause(wait);
    posting.push(postOne(priority));
  }
  return Promise.all(posting);
}

async function burst({ count }: Burst): Promise<Posted[]> {
  const at = epochMs();
  const messages = Array.from({ length: count }, () => message('normal'));
  const { results } = await post<{ results: { id?: string }[] }>('/v1/messages/batch', { messages });
  return results.map(({ id = '' }) => ({ id, at }));
}

async function saturate({ seconds, connections }: { seconds: number; connections: number }): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  const lane = async () => {
    while (performance.now() < end) await postOne('normal');
  };
  await Promise.all(Array.from({ length: connections }, lane));
}

async function postOne(priority: Paced['priority']): Promise<Posted> {
  const at = epochMs();
  const { id } = await post<{ id: string }>('/v1/messages', message(priority));
  return { id, at };
}

function message(priority: Paced['priority']) {
  number++;
  return {
    channel: 'email',
    to: `${PROBE}${number}@example.com`,
    sender: SENDER,
    template: { name: 'receipt' },
    variables: receiptVariables(number),
    priority,
  };
}

async function post<T>(path: string, body: object): Promise<T> {
  const answered = await api.request({
    path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${API_KEY}`,
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  });
  if (answered.statusCode !== 202) throw new Error(`${answered.statusCode}: ${await answered.body.text()}`);
  return (await answered.body.json()) as T;
}
