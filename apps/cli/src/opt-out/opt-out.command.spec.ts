import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { DeliveryEventRepository } from '@outbell/persistence/engine/delivery-event.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli } from '../../../../test/support/cli.js';
import { testEnvironment } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { told } from '../../../../test/support/told.js';

let database: TestDatabase;
let environment: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  environment = testEnvironment({ DATABASE_URL: database.url });
});
afterAll(() => database.drop());

async function park(): Promise<void> {
  const stop = told('unsubscribed', { channel: 'sms', address: '+33612345678', suppress: 'unsubscribe' });
  const source = { provider: 'twilio', connectionId: newId(), tenantId: null };
  await new CallbackRepository(database.dataSource).note(source, [stop]);
  await new DeliveryEventRepository(database.dataSource).apply(10, 3);
}

it('shows opt-outs that name nobody, and has them looked at again', async () => {
  expect((await cli(environment, 'opt-out', 'list')).out).toBe('every opt-out names somebody\n');
  await park();
  const { out } = await cli(environment, 'opt-out', 'list');
  expect(out).toContain('sms by twilio of the installation: +33612345678 names nobody whom messages were sent to');
  const [{ id }] = JSON.parse((await cli(environment, 'opt-out', 'list', '--json')).out).data;
  expect(JSON.parse((await cli(environment, 'opt-out', 'retry', newId(), '--json')).out)).toEqual({ retried: 0 });
  expect(JSON.parse((await cli(environment, 'opt-out', 'retry', id, '--json')).out)).toEqual({ retried: 1 });
  expect((await cli(environment, 'opt-out', 'list')).out).toBe('every opt-out names somebody\n');
  expect((await cli(environment, 'opt-out', 'retry', 'some')).code).not.toBe(0);
});
