import { z } from 'zod';
import { CHANNELS } from '../constants/channels.js';
import { parseKeys } from '../crypto/key-ring.js';
import { type ArmedFailpoint, parseFailpoint } from '../failpoints.js';
import { QUEUE_URL, type QueueServer, queueServerOf } from './queue-server.js';
import { VENDOR_SETTINGS } from './vendor-settings.js';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const port = z.coerce.number().int().min(0).max(65535);
const rate = z.coerce.number().min(0).max(1);
const milliseconds = z.coerce.number().int().positive();
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres://');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const failpoints = list.transform((entries, check) =>
  entries.flatMap((entry): ArmedFailpoint[] => {
    const parsed = parseFailpoint(entry);
    if (typeof parsed !== 'string') return [parsed];
    check.addIssue({ code: 'custom', message: parsed });
    return [];
  }),
);

/** What carries wake-ups and events. A folder each in libs/transport/src. */
const TRANSPORTS = ['bullmq', 'redis-streams', 'memory'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

const settings = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('`production` closes the docs page, asks for a metrics token and forbids the sandbox.'),
  DATABASE_URL: postgresUrl.describe('PostgreSQL 16 or newer, which holds all data.'),
  DATABASE_POOL: z.coerce.number().int().min(2).default(10).describe('Connections per process to PostgreSQL.'),
  TRANSPORT: z
    .enum(TRANSPORTS)
    .default('bullmq')
    .describe(
      'What carries wake-ups and events to the workers (docs/transports.md): `bullmq` on QUEUE_URL, `redis-streams` ' +
        'on a Redis that QUEUE_URL names, or `memory` for API and worker in one process.',
    ),
  QUEUE_URL: z
    .string()
    .regex(QUEUE_URL, 'must start with redis://, rediss:// or postgres://')
    .optional()
    .describe('Queue that tells workers which messages are due: `redis://…` or `postgres://…`. Default: the database.'),
  KEY_ENCRYPTION_KEYS: list
    .transform((entries, check) => parseKeys(entries, (message) => check.addIssue({ code: 'custom', message })))
    .describe(
      'Key-encryption keys as `id:base64(32 bytes)`, comma separated. The first one encrypts; the others still ' +
        'decrypt until `outbell keys rotate` has run. Make one: `openssl rand -base64 32`.',
    ),
  API_HOST: z.string().default('127.0.0.1').describe('Address the API listens on (`0.0.0.0` in a container).'),
  API_PORT: port.default(3000).describe('Port of the API.'),
  WORKER_HOST: z.string().default('127.0.0.1').describe('Address the worker’s probes and metrics listen on.'),
  WORKER_PORT: port.default(3001).describe('Port of the worker’s probes and metrics.'),
  PUBLIC_URL: z
    .url()
    .default('http://localhost:3000')
    .describe(
      'Address at which recipients and vendors reach the API: the beginning of unsubscribe links and callback ' +
        'addresses.',
    ),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Bearer token for `/metrics`. In production without it, `/metrics` answers 404.'),
  DOCS: flag.optional().describe('Whether `/docs` is served. Default: everywhere but in production.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Lowest level that is logged. The log is JSON lines on standard output.'),
  BODY_LIMIT: z.coerce.number().int().positive().default(10_485_760).describe('Largest request body, in bytes.'),
  API_RATE_LIMIT: z
    .string()
    .default('600000/min')
    .transform((rates) => (rates.trim() === 'none' ? '' : rates))
    .describe(
      'Requests one API key may make in a time, several with commas (`50/s,1000/min`), unless it has a limit of its ' +
        'own; more are answered 429. Counted by each API for itself. `none`: no limit.',
    ),
  TRUST_PROXY: flag
    .default(false)
    .describe(
      'Whether the API takes the client’s address from `X-Forwarded-For`. Only with a proxy in front of it that ' +
        'sets this header.',
    ),
  CHANNELS: list
    .pipe(z.array(z.enum(CHANNELS)).min(1))
    .default(['email'])
    .describe('Channels this installation accepts and delivers. The worker does not start for one without a provider.'),
  WORKER_CONCURRENCY: z.coerce
    .number()
    .int()
    .positive()
    .default(4)
    .describe(
      'Batches (of up to 100 messages) that one worker delivers at once from each queue. A channel has three: ' +
        'urgent, regular and backlog.',
    ),
  LEASE_MS: milliseconds
    .default(30_000)
    .describe('How long a worker may keep the messages it has taken before another takes them over, in ms.'),
  SEND_TIMEOUT_MS: milliseconds.default(30_000).describe('Longest time one call to a vendor may take, in ms.'),
  EVENT_LOOP_BLOCK_MS: milliseconds
    .default(2_000)
    .describe(
      'When a process was blocked for this time, in ms, it logs and counts it, with the messages it was working on. ' +
        'A message that blocked it is then sent on its own.',
    ),
  DISPATCH_INTERVAL_MS: milliseconds.default(250).describe('Time between two searches for due messages, in ms.'),
  REPUBLISH_AFTER_MS: milliseconds
    .default(30_000)
    .describe(
      'A due message that was put into the queue and that no worker took is put there again after this time, in ms.',
    ),
  MAINTENANCE_INTERVAL_MS: milliseconds
    .default(5_000)
    .describe('Time between two rounds of maintenance (messages of dead workers, expired messages), in ms.'),
  SHUTDOWN_TIMEOUT_MS: milliseconds
    .default(45_000)
    .describe('After SIGTERM, how long calls under way may take before the process ends anyway, in ms.'),
  SHUTDOWN_DELAY_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'After SIGTERM, how long the API still takes requests while `/health/ready` says no, in ms: as long as a load ' +
        'balancer needs to notice.',
    ),
  RETRY_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(6)
    .describe('Attempts before a message counts as failed for good.'),
  RETRY_DELAY_MS: milliseconds.default(30_000).describe('Wait before the second attempt, in ms.'),
  RETRY_FACTOR: z.coerce
    .number()
    .min(1)
    .default(4)
    .describe('Each wait is this many times as long as the one before it.'),
  RETRY_MAX_DELAY_MS: milliseconds.default(21_600_000).describe('Longest wait between two attempts, in ms.'),
  PAUSE_FAILURE_RATE: rate
    .default(0.5)
    .describe(
      'A tenant is paused when providers refused this share of its messages for good within PAUSE_WINDOW_MS. 0: ' +
        'never for that.',
    ),
  PAUSE_COMPLAINT_RATE: rate
    .default(0.003)
    .describe(
      'The same for complaints, within PAUSE_COMPLAINT_WINDOW_MS; there must be three at least. 0: never for that.',
    ),
  PAUSE_WINDOW_MS: milliseconds
    .min(600_000)
    .default(3_600_000)
    .describe('Time over which failures are counted, in ms; ten minutes at least.'),
  PAUSE_COMPLAINT_WINDOW_MS: milliseconds
    .min(600_000)
    .default(86_400_000)
    .describe(
      'Time over which complaints are counted, in ms. They come hours after the message, so they are compared with ' +
        'all that was sent in this time.',
    ),
  PAUSE_MIN: z.coerce
    .number()
    .int()
    .min(1)
    .default(200)
    .describe('A tenant with fewer messages than this within that time is never paused.'),
  BREAKER_FAULTS: z.coerce
    .number()
    .int()
    .min(1)
    .default(5)
    .describe(
      'Failed calls in a row (connection refused, timeout, wrong credentials …) after which a worker stops using a ' +
        'connection.',
    ),
  BREAKER_PROBE_MS: milliseconds
    .default(5_000)
    .describe(
      'After this time one message tries such a connection again, in ms. The time doubles with each failure, up to ' +
        'twelve times its length.',
    ),
  RATE_LIMITS: z
    .string()
    .default('')
    .describe(
      'Limits on each level, all of them at once: ' +
        '`sender=20/min,1000/h;tenant=5000/h;domain=200/h;installation=20000/h`. ' +
        'A tenant or sender may have its own. Default: none.',
    ),
  ...VENDOR_SETTINGS,
  OUTBOUND_ALLOW: list
    .default([])
    .describe(
      'Private address ranges that Outbell may connect to, as CIDR, comma separated (`10.1.0.0/16`). All other ' +
        'private addresses are refused.',
    ),
  WHATSAPP_NEW_CONTACTS_PER_DAY: z.coerce
    .number()
    .int()
    .min(0)
    .default(20)
    .describe(
      'Contacts that one WhatsApp number (Baileys) writes to for the first time on one day (UTC), at most; the ' +
        'others wait for the next.',
    ),
  WHATSAPP_WEB_URL: z
    .url({ protocol: /^wss?$/ })
    .default('wss://web.whatsapp.com/ws/chat')
    .describe('Where WhatsApp sessions (Baileys) connect to; another place only for tests.'),
  RETENTION_MONTHS: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'Months of messages kept; older partitions are detached by maintenance, but for months with messages still to ' +
        'be ' +
        'sent. 0 keeps everything.',
    ),
  SANDBOX_PORT: port.default(3002).describe('Port of the sandbox’s inbox page and ledger (loopback only).'),
  SANDBOX_SMTP_PORT: port.default(1025).describe('Port of the sandbox’s SMTP server (loopback only).'),
  SANDBOX_LEDGER: z
    .string()
    .optional()
    .describe(
      'File the sandbox’s ledger is kept in as JSON lines, synced before a vendor answers. Default: memory only.',
    ),
  FAILPOINTS: failpoints
    .default([])
    .describe(
      'Faults of `npm run prove` at named steps of the API and the worker, such as `delivery.marked=kill@3`. ' +
        'Refused in production.',
    ),
});

/**
 * Every setting of an installation. The descriptions become docs/env.md (`npm run docs:env`).
 */
export const configSchema = settings
  .refine(({ NODE_ENV, FAILPOINTS }) => NODE_ENV !== 'production' || FAILPOINTS.length === 0, {
    path: ['FAILPOINTS'],
    error: 'is refused in production: it kills and stops processes on purpose',
  })
  .refine(({ TRANSPORT, QUEUE_URL: url }) => TRANSPORT !== 'redis-streams' || (url && queueServerOf(url)) === 'redis', {
    path: ['QUEUE_URL'],
    error: 'must name a Redis (redis:// or rediss://), for TRANSPORT is redis-streams',
  });

type Parsed = z.output<typeof configSchema>;

/** The settings of this process, checked and typed. Injected by its class. */
export class Config {
  readonly values: Readonly<Parsed> & { QUEUE_URL: string };

  constructor(values: Parsed) {
    this.values = Object.freeze({ ...values, QUEUE_URL: values.QUEUE_URL ?? values.DATABASE_URL });
  }

  /** The server that QUEUE_URL names: it decides the transport, and where the limits are kept. */
  get queueServer(): QueueServer {
    return queueServerOf(this.values.QUEUE_URL);
  }

  get production(): boolean {
    return this.values.NODE_ENV === 'production';
  }

  get docs(): boolean {
    return this.values.DOCS ?? !this.production;
  }
}
