import { Logger } from '@nestjs/common';
import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { RecipientNameRepository } from '@outbell/persistence/engine/recipient-name.repository.js';
import { TenantPauseRepository } from '@outbell/persistence/engine/tenant-pause.repository.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { LogCapture } from '../../../../test/support/log-capture.js';
import { command } from '../../../../test/support/migrated-template.js';
import { until } from '../../../../test/support/until.js';
import { DeliveryMetrics } from '../routing/delivery-metrics.js';
import type { Marked } from './delivery.js';
import type { OpenConnection } from '../routing/open-connection.js';
import { OutcomeCounter } from '../reputation/outcome-counter.js';
import { RecipientNames } from '../delivery-events/recipient-names.js';
import { OutcomeRecorder } from './outcome-recorder.js';

const LEASE = 30_000;
const SENT: Outcome = { kind: 'sent', providerMessageId: 'vendor-1' };
/** PostgreSQL's jsonb cannot hold it, so that the whole statement is refused. */
const REFUSED: Outcome = { kind: 'rejected', reason: 'refused', detail: { reply: 'a\0b' } };

/** Of a provider that takes no repeat. */
const KEYLESS = { repeatForMs: () => null } as unknown as OpenConnection;

describe('OutcomeRecorder', () => {
  const logs = new LogCapture();
  let database: TestDatabase;
  let repository: DeliveryRepository;
  let tenant: TenantFactory;
  let metrics: Metrics;
  let recorder: OutcomeRecorder;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new DeliveryRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  beforeEach(() => {
    logs.clear();
    Logger.overrideLogger(logs.logger);
    metrics = new Metrics();
    const config = testConfig({ RETRY_ATTEMPTS: '2' });
    const counts = new OutcomeCounter(new TenantPauseRepository(database.dataSource), config);
    const names = new RecipientNames(new RecipientNameRepository(database.dataSource));
    recorder = new OutcomeRecorder(repository, new DeliveryMetrics(metrics), names, counts, config);
  });
  afterEach(() => Logger.overrideLogger(false));
  afterAll(() => database.drop());

  /** Messages whose provider is being called. */
  async function sending(count: number): Promise<Marked[]> {
    const ids = await tenant.messages(count);
    const claimed = await repository.claim('email', ids, LEASE);
    const starts = claimed.map(({ id, fence }) => ({
      id,
      fence,
      connectionId: null,
      connectionVersion: null,
      provider: 'smtp',
    }));
    const attempts = await repository.markSending(starts, LEASE);
    return claimed.map(
      (message) =>
        ({ message, attempt: attempts.get(message.id), markedAt: performance.now(), connection: KEYLESS }) as Marked,
    );
  }

  /** Event ids of one statement carry one time. */
  async function statements(deliveries: Marked[]): Promise<number> {
    const [row] = await database.dataSource.query(
      `SELECT count(DISTINCT at)::int AS count FROM message_event WHERE message_id = ANY($1) AND type <> 'queued'`,
      [deliveries.map(({ message }) => message.id)],
    );
    return row.count;
  }

  async function statuses(deliveries: Marked[]): Promise<unknown[]> {
    return Promise.all(deliveries.map(async ({ message }) => (await tenant.row(message.id))['status']));
  }

  describe('results of one moment', () => {
    it('keeps what the vendor calls the recipient, where it is not what it was given', async () => {
      const [renamed, same] = (await sending(2)) as [Marked, Marked];
      const { recipient } = renamed.message;
      await Promise.all([
        recorder.record(renamed, { ...SENT, recipientId: '+5215512345678' }),
        recorder.record(same, { ...SENT, recipientId: same.message.recipient }),
      ]);
      const names = await database.dataSource.query<object[]>(
        'SELECT channel, vendor_id, recipient FROM recipient_name WHERE tenant_id = $1',
        [tenant.tenantId],
      );
      expect(names).toEqual([{ channel: 'email', vendor_id: '+5215512345678', recipient }]);
    });

    it('share a statement, whatever they say', async () => {
      const deliveries = await sending(4);
      const outcomes: Outcome[] = [
        SENT,
        { kind: 'rejected', reason: 'refused' },
        { kind: 'unknown', reason: 'no_reply_after_data' },
        { kind: 'retry', reason: 'mailbox_busy' },
      ];
      await Promise.all(deliveries.map((delivery, index) => recorder.record(delivery, outcomes[index]!)));
      expect(await statuses(deliveries)).toEqual(['sent', 'failed', 'unknown', 'queued']);
      expect(await statements(deliveries)).toBe(1);
    });

    it('are written in statements of 200', async () => {
      const deliveries = await sending(450);
      await Promise.all(deliveries.map((delivery) => recorder.record(delivery, SENT)));
      expect(await statements(deliveries)).toBe(3);
      expect(await metrics.text()).toContain('notifications_sent_total{channel="email",status="sent"} 450\n');
    });
  });

  describe('a settled message', () => {
    it('is logged with what it came to, and without the recipient', async () => {
      const [delivery] = (await sending(1)) as [Marked];
      await recorder.record(delivery, { kind: 'retry', reason: 'mailbox_busy' });
      const { id, tenantId, recipient } = delivery.message;
      const [line] = logs.lines({ messageId: id });
      expect(line).toMatchObject({ tenantId, channel: 'email', event: 'retry', reason: 'mailbox_busy', attempt: 1 });
      expect(logs.text).not.toContain(recipient);
    });

    it('has the attempts of RETRY_ATTEMPTS', async () => {
      const [delivery] = (await sending(1)) as [Marked];
      await recorder.record({ ...delivery, attempt: 2 }, { kind: 'retry', reason: 'mailbox_busy' });
      expect(await tenant.row(delivery.message.id)).toMatchObject({ status: 'failed', reason: 'mailbox_busy' });
    });
  });

  describe('a message that has passed into other hands', () => {
    it('is left as it is, told, and not counted', async () => {
      const [lost, held] = (await sending(2)) as [Marked, Marked];
      await tenant.set(lost.message.id, { fence: 2 });
      await Promise.all([recorder.record(lost, SENT), recorder.record(held, SENT)]);
      expect(await statuses([lost, held])).toEqual(['sending', 'sent']);
      expect(logs.lines({ messageId: lost.message.id, level: 'warn' })).toHaveLength(1);
      expect(await metrics.text()).toContain('notifications_sent_total{channel="email",status="sent"} 1\n');
    });
  });

  describe('a result that the database refuses', () => {
    it('takes no other with it', async () => {
      const deliveries = await sending(5);
      const outcomes = [SENT, SENT, REFUSED, SENT, SENT];
      await Promise.all(deliveries.map((delivery, index) => recorder.record(delivery, outcomes[index]!)));
      expect(await statuses(deliveries)).toEqual(['sent', 'sent', 'sending', 'sent', 'sent']);
      const refused = logs.lines({ messageId: deliveries[2]!.message.id, level: 'error' });
      expect(refused).toMatchObject([{ message: 'result refused by the database' }]);
    });

    it('nor does one of which no statement can be made', async () => {
      const deliveries = await sending(3);
      const odd = { kind: 'sent', providerMessageId: { a: 1 } } as unknown as Outcome;
      const outcomes = [SENT, odd, SENT];
      await Promise.all(deliveries.map((delivery, index) => recorder.record(delivery, outcomes[index]!)));
      expect(await statuses(deliveries)).toEqual(['sent', 'sending', 'sent']);
    });

    it.each([
      // No integer in PostgreSQL's binary form, and none of its text form.
      ['as it is encoded', (delivery: Marked): Marked => ({ ...delivery, markedAt: Number.NaN })],
      ['before', (delivery: Marked): Marked => ({ ...delivery, connection: undefined as unknown as OpenConnection })],
    ])('nor does one that throws in JavaScript %s', async (_name, spoil) => {
      const deliveries = await sending(150);
      const results = deliveries.map((delivery, index) =>
        recorder.record(index === 70 ? spoil(delivery) : delivery, SENT),
      );
      await Promise.allSettled(results);
      const states = await statuses(deliveries);
      expect(states.splice(70, 1)).toEqual(['sending']);
      expect(new Set(states)).toEqual(new Set(['sent']));
    });
  });

  describe('while the database is away', () => {
    it('keeps the results, and writes them when it is back', async () => {
      const deliveries = await sending(3);
      const name = new URL(database.url).pathname.slice(1);
      const server = inject('postgresUrl');
      await command(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await command(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
      const recorded = Promise.all(deliveries.map((delivery) => recorder.record(delivery, SENT)));
      const tries = () => logs.lines({ message: 'results cannot be written; trying again' });
      await until(() => Promise.resolve(tries().length >= 2));
      expect(tries()[0]).toMatchObject({ count: 3 });
      await command(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await recorded;
      expect(await statuses(deliveries)).toEqual(['sent', 'sent', 'sent']);
    });
  });
});
