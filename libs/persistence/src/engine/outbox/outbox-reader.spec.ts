import { Logger } from '@nestjs/common';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { TenantFactory } from '../../../../../test/support/factories.js';
import { LogCapture } from '../../../../../test/support/log-capture.js';
import { happen } from '../../../../../test/support/outbox-steps.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { OutboxReader } from './outbox-reader.js';
import { OutboxRepository } from './outbox.repository.js';
import type { OutboxEvent } from './subscriber.js';
import { SubscriberRegistry } from './subscriber-registry.js';

describe('OutboxReader', () => {
  const logs = new LogCapture();
  let database: TestDatabase;
  let tenant: TenantFactory;
  let metrics: Metrics;
  let reader: OutboxReader;
  let heard: OutboxEvent[];
  let poison: string | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
    Logger.overrideLogger(logs.logger);
    metrics = new Metrics();
    heard = [];
    const handle = (events: readonly OutboxEvent[]) => {
      if (events.some(({ messageId }) => messageId === poison)) return Promise.reject(new Error('poison'));
      heard.push(...events);
      return Promise.resolve();
    };
    const subscribers = new SubscriberRegistry([{ name: 'one', handle }]);
    const repository = new OutboxRepository(database.dataSource);
    reader = new OutboxReader(subscribers, repository, new OutboxMetrics(metrics, repository, subscribers));
  });
  afterAll(async () => {
    Logger.overrideLogger(false);
    await database.drop();
  });

  it('hands batches over until nothing waits, and counts what was heard and what failed', async () => {
    const ids = await tenant.messages(501, { listeners: ['one'] });
    poison = ids[500];
    await happen(database.dataSource, ids, 'sent');
    expect(await reader.read('one')).toEqual({ taken: 500, more: true });
    expect(await metrics.text()).toContain('outbell_outbox_backlog{subscriber="one"} 1\n');
    expect(await reader.read('one')).toEqual({ taken: 1, more: false });
    expect(await reader.read('one')).toEqual({ taken: 0, more: false });
    expect(heard).toHaveLength(500);
    const text = await metrics.text();
    for (const series of ['handled_total{subscriber="one"} 500', 'faults_total{subscriber="one"} 1'])
      expect(text).toContain(`outbell_outbox_${series}\n`);
    for (const gauge of ['backlog', 'lag_seconds', 'set_aside'])
      expect(text).toContain(`outbell_outbox_${gauge}{subscriber="one"} 0\n`);
  });
});
