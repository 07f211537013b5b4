import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import { TenantFactory } from '../../../../test/support/factories.js';
import { sentSettlement } from '../../../../test/support/settlements.js';
import { until } from '../../../../test/support/until.js';
import { arrayOf, idRange } from '../statements.js';
import { CLAIM } from './delivery-statements.js';
import { LEASE, ANN, STOP, HoldBackScene } from '../../../../test/support/hold-back-scene.js';

describe('what is suppressed', () => {
  const scene = new HoldBackScene();

  it('is not sent when it had been claimed before, says so, and what its holder writes no longer counts', async () => {
    const id = await scene.message();
    const held = await scene.claim(id);
    expect((await scene.stop()).inFlight).toBe(0);
    expect(await scene.mark(held)).toEqual([]);
    expect(await scene.tenant.row(id)).toMatchObject({
      status: 'suppressed',
      reason: 'recipient_blocked',
      fence: 2,
      lease_until: null,
      run_at: null,
    });
    expect((await scene.eventsOf(id)).at(-1)).toEqual({
      type: 'suppressed',
      reason: 'recipient_blocked',
      detail: { scope: 'all', was: 'processing' },
    });
    expect(await scene.delivery.settle([sentSettlement(id, 1, { attempt: null })])).toEqual(new Set());
  });

  it('is held back by a list too that finds it suppressed by somebody who has not held anything back yet', async () => {
    const id = await scene.message();
    const held = await scene.claim(id);
    await scene.database.dataSource.query(
      `INSERT INTO suppression (id, tenant_id, channel, address, reason, evidence) VALUES ($1, $2, 'email', $3,
        'manual', '{}')`,
      [newId(), scene.tenant.tenantId, ANN],
    );
    expect(await scene.suppressions.addMany(scene.tenant.tenantId, [STOP], new Date())).toBe(0);
    expect(await scene.mark(held)).toEqual([]);
    expect(await scene.tenant.row(id)).toMatchObject({ status: 'suppressed' });
  });

  it('is over at once for what is queued or scheduled too, and for nobody else', async () => {
    const ids = [await scene.message(), await scene.message({ dueAt: new Date(Date.now() + 3_600_000) })];
    const others = [await scene.message({ recipient: 'bob@example.org' }), await scene.message({ channel: 'sms' })];
    const theirs = await (await TenantFactory.create(scene.database.dataSource)).messages(1);
    await scene.stop();
    for (const id of ids) expect(await scene.tenant.row(id)).toMatchObject({ status: 'suppressed' });
    for (const id of [...others, ...theirs])
      expect(await scene.tenant.row(id)).toMatchObject({ status: 'queued', fence: 0 });
  });

  it('is not sent by a claim that has it in an open transaction when the suppression is committed', async () => {
    const id = await scene.message();
    const claimer = await scene.transaction();
    const [held] = await CLAIM.run(claimer.manager, [arrayOf([id]), 'email', LEASE, ...idRange([id])]);
    expect(held?.suppression).toBeNull();
    const stopped = scene.stop();
    await scene.waiting(1);
    await claimer.commitTransaction();
    await stopped;
    expect(await scene.mark([{ id, fence: held?.fence ?? 0 }])).toEqual([]);
    expect(await scene.tenant.row(id)).toMatchObject({ status: 'suppressed' });
  });

  it('is not claimed by a statement that began before and reaches it after', async () => {
    const bob = await scene.message({ recipient: 'bob@example.org' });
    const ann = await scene.message();
    const holder = await scene.transaction();
    await holder.query(`SELECT FROM message WHERE id = $1 FOR UPDATE`, [bob]);
    // In the order of ids: it waits for the first, and has not come to the second.
    const claimed = scene.claim(bob, ann);
    await scene.waiting(1);
    await scene.stop();
    await holder.commitTransaction();
    expect(await scene.mark(await claimed)).toEqual([bob]);
    expect(await scene.tenant.row(ann)).toMatchObject({ status: 'suppressed' });
  });

  it('waits for a call that had been marked before, and says what does not come back in time', async () => {
    const ids = [await scene.message(), await scene.message()];
    const held = await scene.claim(...ids);
    expect(await scene.mark(held)).toHaveLength(2);
    const stopped = scene.stop();
    const settled = held.map(({ id, fence }) => sentSettlement(id, fence));
    await until(async () => (await scene.suppressions.list(scene.tenant.tenantId, {}, 1)).length > 0);
    await scene.delivery.settle(settled.slice(0, 1));
    expect((await stopped).inFlight).toBe(1);
    await scene.delivery.settle(settled.slice(1));
    expect((await scene.stop()).inFlight).toBe(0);
    for (const id of ids) expect(await scene.tenant.row(id)).toMatchObject({ status: 'sent' });
  });

  describe('by a list', () => {
    const list = (...addresses: string[]) =>
      scene.suppressions.addMany(
        scene.tenant.tenantId,
        addresses.map((address) => ({ ...STOP, address })),
        new Date(),
      );

    it('is waited for at the vendor as well', async () => {
      const held = await scene.claim(await scene.message());
      expect(await scene.mark(held)).toHaveLength(1);
      let over = false;
      const listed = list(ANN).finally(() => (over = true));
      await until(async () => (await scene.suppressions.list(scene.tenant.tenantId, {}, 1)).length === 1);
      const [{ id, fence } = { id: '', fence: 0 }] = held;
      await scene.delivery.settle([sentSettlement(id, fence)]);
      const settledFirst = !over;
      expect([await listed, settledFirst]).toEqual([1, true]);
    });

    it('is held back by the one that comes second too, whose first may not be done', async () => {
      const held = await scene.claim(await scene.message());
      // As another list has it that has just committed its rows.
      await scene.database.dataSource.query(
        `INSERT INTO suppression (id, tenant_id, channel, address, scope, reason, evidence, created_at)
         VALUES (gen_random_uuid(), $1, 'email', $2, 'all', 'manual', '{}', now())`,
        [scene.tenant.tenantId, ANN],
      );
      expect(await list(ANN)).toBe(0);
      expect(await scene.mark(held)).toEqual([]);
    });

    it('locks out no other list of the same addresses in another order', async () => {
      const addresses = Array.from({ length: 500 }, (_, index) => `p${index}@example.org`);
      const both = await Promise.all([list(...addresses), list(...addresses.toReversed())]);
      expect(both[0] + both[1]).toBe(addresses.length);
    });
  });

  it('is not called for again when it may have been sent, and stays unknown', async () => {
    const id = await scene.message();
    await scene.tenant.set(id, { attempts: 1, maybe_sent_at: new Date() });
    const held = await scene.claim(id);
    await scene.stop();
    expect(await scene.mark(held)).toEqual([]);
    expect(await scene.tenant.row(id)).toMatchObject({ status: 'unknown', reason: 'recipient_blocked', run_at: null });
  });

  it('is told in batches where there is much of it', async () => {
    const ids = await scene.tenant.messages(2_100);
    const held = await scene.claim(...ids.slice(0, 50));
    await scene.stop();
    expect(await scene.mark(held)).toEqual([]);
    const left = await scene.database.dataSource.query<{ status: string; n: number }[]>(
      `SELECT status, count(*)::int AS n FROM message WHERE tenant_id = $1 GROUP BY 1`,
      [scene.tenant.tenantId],
    );
    expect(left).toEqual([{ status: 'suppressed', n: 2_100 }]);
  });
});
