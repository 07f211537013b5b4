import type { TestingModule } from '@nestjs/testing';
import { dueRequest } from '@outbell/intake/fallback.js';
import { Intake } from '@outbell/intake/intake.js';
import { FallbackRepository } from '@outbell/persistence/engine/fallback.repository.js';
import { RetentionRepository } from '@outbell/persistence/repositories/retention.repository.js';
import { idFloor } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { TenantFactory } from '../../../../test/support/factories.js';
import { fallbackSteps, QUARTER_MS, SMS, smsTenant, worker } from '../../../../test/support/fallback-steps.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import type { Fallbacks } from './fallbacks.js';

describe('Fallbacks', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let app: TestingModule;
  let other: TestingModule;
  let work: Fallbacks;
  let otherWork: Fallbacks;

  beforeAll(async () => {
    database = await createTestDatabase();
    ({ app, work } = await worker(database.url));
    ({ app: other, work: otherWork } = await worker(database.url));
  });
  beforeEach(async () => {
    tenant = await smsTenant(database);
  });
  afterAll(async () => {
    await app.close();
    await other.close();
    await database.drop();
  });

  const { query, accepted, later, ends, seen, made } = fallbackSteps(() => ({ database, tenant, app, work }));

  it('is made once by workers that look at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => accepted()));
    for (const id of ids) await tenant.set(id, { status: 'unknown' });
    await later(QUARTER_MS);
    await Promise.all([work.run(), otherWork.run(), work.run(), otherWork.run()]);
    expect(await made()).toHaveLength(30);
    expect(await query(`SELECT DISTINCT state FROM message_fallback`)).toEqual([{ state: 'gone' }]);
  });

  it.each(['decided', 'had it accepted'])('is made once after a worker that died when it had %s', async (moment) => {
    const id = await accepted();
    await tenant.set(id, { status: 'unknown' });
    await later(QUARTER_MS);
    const [left] = await other.get(FallbackRepository).look(10, ['sms'], 30_000);
    if (moment !== 'decided') await other.get(Intake).accept(dueRequest(left!, 60_000));
    await work.run();
    expect((await seen(id)).fallbacks[0]).toMatchObject({ state: 'going', messageId: null });
    // Whatever became of the message meanwhile: it was decided.
    await tenant.set(id, { status: 'delivered' });
    await later(30_000);
    await Promise.all([work.run(), otherWork.run()]);
    const [sms, ...more] = await made();
    expect(more).toEqual([]);
    expect((await seen(id)).fallbacks[0]).toMatchObject({ state: 'gone', messageId: sms?.['id'] });
  });

  it('is left to workers that deliver its channel', async () => {
    const id = await accepted();
    await tenant.set(id, { status: 'failed' });
    await later(1_000);
    expect(await app.get(FallbackRepository).look(10, ['email'], 1_000)).toEqual([]);
  });

  it('is not looked at before its time, unless its message ends', async () => {
    const id = await accepted();
    const looked = () => app.get(FallbackRepository).look(10, ['sms'], 1_000);
    await later(QUARTER_MS - 60_000);
    await ends(id, 'sent');
    expect(await looked()).toEqual([]);
    await ends(id, 'bounced');
    expect(await looked()).toMatchObject([{ messageId: id, verdict: 'going' }]);
  });

  it('is forgotten with the month of its message, unless it still waits', async () => {
    const id = await accepted([SMS, SMS]);
    await query(`UPDATE message_fallback SET state = 'refused' WHERE message_id = $1 AND position = 0`, [id]);
    const retention = repositoryOn(database.dataSource, RetentionRepository);
    expect(await retention.prune('message_fallback', 1, 10)).toBe(0);
    const old = idFloor(new Date(Date.now() - 100 * 86_400_000));
    await query(`UPDATE message_fallback SET message_id = $1`, [old]);
    expect(await retention.prune('message_fallback', 1, 10)).toBe(1);
    expect(await query('SELECT position FROM message_fallback')).toEqual([{ position: 1 }]);
  });
});
