// Bare BullMQ. On Redis with ioredis' defaults; on PostgreSQL with a shared pool, as it needs one connection for each
// worker and more than ten do not help on two cores. Jobs are removed when done, as ours are, and carry the id and
// address a message would have.
import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  type IQueueBackend,
  Queue,
  runMigrations,
  setDefaultBackendFactory,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { answer } from '../harness/answer.js';
import type { BareTask } from './bullmq.js';
import { countdown, timed } from './timed.js';

const AT_ONCE = 500;
const IN_FLIGHT = 50;
const CONCURRENCY = 50;
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true };

const connection = await connect(process.env['QUEUE_URL'] ?? '');
const queue = new Queue('bare', { connection, defaultJobOptions: JOB_OPTIONS });
await queue.waitUntilReady();

answer({
  prepare: async ({ task, count }: { task: BareTask; count: number }) => {
    await queue.obliterate({ force: true });
    if (task === 'process') await addBulk(count);
  },
  add: (count: number) => timed(() => add(count)),
  'add-bulk': (count: number) => timed(() => addBulk(count)),
  process: processAll,
});

async function connect(url: string): Promise<ConnectionOptions> {
  if (url.startsWith('redis')) return new Redis(url, { maxRetriesPerRequest: null });
  setDefaultBackendFactory(createPostgresBackend as unknown as BackendFactory<IQueueBackend>);
  const pool = new pg.Pool({ connectionString: url, max: 10, options: '-c search_path=bullmq,public' });
  const client = await pool.connect();
  await runMigrations(client, 'bullmq').finally(() => client.release());
  return pool;
}

function job(number: number) {
  return { name: 'send', data: { id: number, to: `person${number}@example.com` } };
}

async function addBulk(count: number): Promise<void> {
  for (let first = 0; first < count; first += AT_ONCE) {
    await queue.addBulk(Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, n) => job(first + n)));
  }
}

async function add(count: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const { name, data } = job(next++);
      await queue.add(name, data);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** From the worker's start until it has completed the last job. */
async function processAll(count: number): Promise<number> {
  const worker = new Worker('bare', () => Promise.resolve(), { connection, concurrency: CONCURRENCY, autorun: false });
  worker.on('error', (error) => console.error(error));
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
