import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Socket } from 'node:net';
import { MailScene } from '../support/mail-scene.js';
import { preload } from '../support/preload.js';
import { testRedisUrl } from '../support/redis.js';
import { patiently } from '../support/patiently.js';

const HOUR_MS = 3_600_000;
const RETRY_DELAY_S = 600;
const LIMIT = 30;

/** What the vendor does with mail to these, and how it answers all others. */
const GREYLISTED = 'greylisted@example.org';
const UNANSWERED = 'unanswered@example.org';

describe.each([
  ['fast', 2, 'PostgreSQL'],
  ['slow', -2, 'Redis'],
])('beside a worker whose clock is two hours %s (%i), and the queue on %s', (_, hours, queue) => {
  let scene: MailScene;
  let unanswered: Socket | undefined;

  beforeAll(async () => {
    scene = await MailScene.set(
      { dot: (socket) => answer(socket, scene.server.messages.at(-1) ?? '') },
      {
        RATE_LIMITS: `sender=${LIMIT}/min`,
        RETRY_DELAY_MS: String(RETRY_DELAY_S * 1_000),
        ...(queue === 'Redis' && { QUEUE_URL: testRedisUrl() }),
      },
    );
    await scene.startWorker({ ...preload('shifted-clock'), CLOCK_SHIFT_MS: String(hours * HOUR_MS) });
    await scene.runWorker();
  });
  afterAll(() => scene.end());

  function answer(socket: Socket, source: string): void {
    if (source.includes(UNANSWERED)) unanswered = socket;
    else socket.write(source.includes(GREYLISTED) ? '451 4.7.1 greylisted\r\n' : '250 2.0.0 taken\r\n');
  }

  async function one(overrides: object): Promise<string> {
    const [id] = (await scene.tenant.messages(1, overrides)) as [string];
    return id;
  }

  /** Seconds from now, by the database's clock, to what a column says. */
  async function secondsTo(column: 'due_at' | 'lease_until', ids: string[]): Promise<number[]> {
    const rows = await scene.database.dataSource.query<{ seconds: number }[]>(
      `SELECT extract(epoch FROM ${column} - now())::float8 AS seconds FROM message WHERE id = ANY($1)`,
      [ids],
    );
    return rows.map(({ seconds }) => seconds);
  }

  async function stateOf(ids: string[]): Promise<{ status: string; reason: string | null; seconds: number }[]> {
    return scene.database.dataSource.query(
      `SELECT status, reason, extract(epoch FROM due_at - now())::float8 AS seconds FROM message WHERE id = ANY($1)`,
      [ids],
    );
  }

  async function inState(id: string, status: string): Promise<void> {
    await patiently(async () => (await scene.statusesOf([id]))[0] === status);
  }

  it('holds leases as long as they are meant to be', async () => {
    const id = await one({ recipient: UNANSWERED });
    await patiently(async () => unanswered !== undefined);
    const [lease] = await secondsTo('lease_until', [id]);
    expect(lease).toBeGreaterThan(30);
    expect(lease).toBeLessThanOrEqual(60);
  });

  it('sends what is due, at its time and before its end', async () => {
    const inAnHour = new Date(Date.now() + HOUR_MS);
    const scheduled = await one({ dueAt: inAnHour });
    await inState(await one({ expiresAt: inAnHour }), 'sent');
    await inState(await one({ expiresAt: new Date(Date.now() - HOUR_MS) }), 'expired');
    expect(await scene.statusesOf([scheduled])).toEqual(['queued']);
  });

  it('tries again when the wait is over', async () => {
    const id = await one({ recipient: GREYLISTED });
    await patiently(async () => (await scene.tenant.row(id))['reason'] !== null);
    const [wait] = await secondsTo('due_at', [id]);
    expect(wait).toBeGreaterThan(RETRY_DELAY_S - 20);
    expect(wait).toBeLessThanOrEqual(RETRY_DELAY_S * 1.5);
  });

  it('books slots of one limit', async () => {
    const before = scene.server.messages.length;
    const ids = await scene.tenant.messages(LIMIT + 20);
    // Two dispatchers may share them out: which of them get the slots is not said, only how many.
    await patiently(async () =>
      (await stateOf(ids)).every(({ status, reason }) => status === 'sent' || reason !== null),
    );
    const waiting = (await stateOf(ids)).filter(({ status }) => status !== 'sent');
    expect(before).toBeGreaterThan(0);
    expect(scene.server.messages.length).toBeLessThanOrEqual(LIMIT);
    expect(waiting.length).toBeGreaterThanOrEqual(20);
    for (const { status, reason, seconds } of waiting) {
      expect({ status, reason }).toEqual({ status: 'queued', reason: 'rate_limited' });
      expect(seconds).toBeLessThan(180);
    }
  });

  it('writes down when it happened, and takes no lease for ended', async () => {
    const [seen] = await scene.database.dataSource.query<object[]>(
      `SELECT min(at) > now() - interval '5 min' AS recent, max(at) <= now() AS past,
         (SELECT count(*)::int FROM message WHERE status = 'unknown') AS unknown
       FROM message_event`,
    );
    expect(seen).toEqual({ recent: true, past: true, unknown: 0 });
    unanswered?.write('250 2.0.0 taken\r\n');
  });
});
