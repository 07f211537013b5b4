// The worker most would write: a BullMQ job for each message, and for each job one query after the other. Well kept all
// the same: 50 jobs at once, a pool of 20 connections, indexes for every look-up, templates compiled once, undici's
// pool instead of fetch.
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import Handlebars from 'handlebars';
import pg from 'pg';
import { Pool } from 'undici';
import { answer } from '../harness/answer.js';
import { RECEIPT, receiptVariables } from '../installation/receipt.js';
import { countdown, timed } from './timed.js';

const CONCURRENCY = 50;
const TENANTS = 10;
const WINDOW_MS = 60_000;

const SCHEMA = `
  CREATE TABLE message (
    id int PRIMARY KEY, tenant_id int NOT NULL, sender text NOT NULL, recipient text NOT NULL, variables jsonb NOT NULL,
    idempotency_key text NOT NULL, status text NOT NULL, vendor_id text, created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON message (tenant_id, idempotency_key);
  CREATE INDEX ON message (tenant_id, id);
  CREATE TABLE suppression (tenant_id int NOT NULL, address text NOT NULL, PRIMARY KEY (tenant_id, address));
  INSERT INTO suppression SELECT n % ${TENANTS}, 'gone' || n || '@example.net' FROM generate_series(1, 20000) AS n;
  CREATE TABLE attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, message_id int NOT NULL REFERENCES message ON DELETE CASCADE,
    outcome text, started_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz);
  CREATE INDEX ON attempt (message_id);`;

interface MessageRow {
  id: number;
  tenant_id: number;
  sender: string;
  recipient: string;
  variables: object;
  idempotency_key: string;
}

const database = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });
const connection = new Redis(process.env['QUEUE_URL'] ?? '', { maxRetriesPerRequest: null });
const vendor = new Pool(process.env['SINK_URL'] ?? '', { connections: CONCURRENCY });
const queue = new Queue('plain', { connection, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } });
const [subject, html, text] = [RECEIPT.subject, RECEIPT.html, RECEIPT.text].map((part) => Handlebars.compile(part));
await database.query(SCHEMA);

answer({ prepare, process: processAll });

async function prepare({ count }: { count: number }): Promise<void> {
  await queue.obliterate({ force: true });
  await database.query('TRUNCATE message, attempt');
  const variables = Array.from({ length: count }, (_, n) => JSON.stringify(receiptVariables(n)));
  await database.query(
    `INSERT INTO message (id, tenant_id, sender, recipient, variables, idempotency_key, status)
     SELECT n, n % $2, 'shop@example.com', 'person' || n || '@example.com', v, 'key-' || n, 'queued'
     FROM unnest($1::jsonb[]) WITH ORDINALITY AS message (v, n)`,
    [variables, TENANTS],
  );
  await database.query('VACUUM (ANALYZE) message, attempt');
  await queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: 'send', data: { id: n + 1 } })));
}

async function processAll(count: number): Promise<number> {
  const worker = new Worker<{ id: number }>('plain', ({ data }) => deliver(data.id), {
    connection,
    concurrency: CONCURRENCY,
    autorun: false,
  });
  worker.on('error', (error) => console.error(error));
  worker.on('failed', (_job, error) => console.error(error));
  await worker.waitUntilReady();
  const { one, done } = countdown(count);
  worker.on('completed', one);
  const seconds = await timed(() => {
    void worker.run();
    return done;
  });
  await worker.close();
  return seconds;
}

async function deliver(id: number): Promise<void> {
  const loaded = await database.query<MessageRow>('SELECT * FROM message WHERE id = $1', [id]);
  const message = loaded.rows[0];
  if (!message || (await wasSent(message)) || (await isSuppressed(message))) return;
  await count(message);
  const inserted = await database.query<{ id: string }>('INSERT INTO attempt (message_id) VALUES ($1) RETURNING id', [
    id,
  ]);
  const vendorId = await send(message);
  await database.query(`UPDATE attempt SET outcome = 'sent', ended_at = now() WHERE id = $1`, [inserted.rows[0]?.id]);
  await database.query(`UPDATE message SET status = 'sent', vendor_id = $2, updated_at = now() WHERE id = $1`, [
    id,
    vendorId,
  ]);
}

async function wasSent({ id, tenant_id, idempotency_key }: MessageRow): Promise<boolean> {
  const { rowCount } = await database.query(
    `SELECT FROM message WHERE tenant_id = $1 AND idempotency_key = $2 AND status = 'sent' AND id <> $3`,
    [tenant_id, idempotency_key, id],
  );
  return rowCount !== 0;
}

async function isSuppressed({ tenant_id, recipient }: MessageRow): Promise<boolean> {
  const { rowCount } = await database.query('SELECT FROM suppression WHERE tenant_id = $1 AND address = $2', [
    tenant_id,
    recipient,
  ]);
  return rowCount !== 0;
}

/** One counter for each level, in windows of a minute. None is full here. */
async function count({ tenant_id, sender, recipient }: MessageRow): Promise<void> {
  const domain = recipient.slice(recipient.indexOf('@') + 1);
  const window = Math.floor(Date.now() / WINDOW_MS);
  for (const level of [`sender:${sender}`, `tenant:${tenant_id}`, `domain:${domain}`, 'installation']) {
    const key = `limit:${level}:${window}`;
    const used = await connection.incr(key);
    if (used === 1) await connection.pexpire(key, WINDOW_MS);
  }
}

async function send({ id, sender, recipient, variables }: MessageRow): Promise<string> {
  const answered = await vendor.request({
    path: '/messages',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: { address: sender },
      to: recipient,
      subject: subject?.(variables),
      html: html?.(variables),
      text: text?.(variables),
      tag: id,
    }),
  });
  const { id: vendorId } = (await answered.body.json()) as { id: string };
  return vendorId;
}
