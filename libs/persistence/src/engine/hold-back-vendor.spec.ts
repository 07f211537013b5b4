import type { Channel } from '@outbell/shared/constants/channels.js';
import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import { sentSettlement } from '../../../../test/support/settlements.js';
import { told } from '../../../../test/support/told.js';
import { CallbackRepository } from './callback.repository.js';
import { DeliveryEventRepository } from './delivery-event.repository.js';
import { LEASE, HoldBackScene } from '../../../../test/support/hold-back-scene.js';

describe('what a vendor says is not to be sent', () => {
  const scene = new HoldBackScene();

  const source = () => ({ provider: 'twilio', connectionId: newId(), tenantId: scene.tenant.tenantId });
  const request = { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0), state: 'read' } as const;
  const refusal = (changes: object = {}) =>
    told('unsubscribed', { channel: 'sms', address: '+33612345678', suppress: 'unsubscribe', ...changes });

  async function held(channel: Channel = 'sms'): Promise<{ id: string; fence: number }[]> {
    const ids = await scene.tenant.messages(1, { channel, recipient: '+33612345678' });
    return scene.delivery.claim(channel, ids, LEASE);
  }

  it('holds when a STOP is stored, and so before anybody is answered', async () => {
    const claimed = await held();
    await new CallbackRepository(scene.database.dataSource).store({ ...source(), ...request }, [refusal()]);
    expect(await scene.mark(claimed)).toEqual([]);
    const [{ id } = { id: '' }] = claimed;
    expect(await scene.tenant.row(id)).toMatchObject({ status: 'suppressed', reason: 'recipient_unsubscribed' });
  });

  it('waits for a worker that has the STOP in hand', async () => {
    const callbacks = new CallbackRepository(scene.database.dataSource);
    const evidence = new DeliveryEventRepository(scene.database.dataSource);
    const [claimed, by, stopped] = [await held(), source(), refusal()];
    await callbacks.note(by, [stopped]);
    const worker = await scene.transaction();
    await worker.query(`SELECT FROM delivery_event WHERE event_id = $1 FOR UPDATE`, [stopped.eventId]);
    const stored = callbacks.store({ ...by, ...request }, [stopped]);
    await scene.waiting(1);
    expect(await scene.suppressions.list(scene.tenant.tenantId, {}, 1)).toEqual([]);
    await worker.commitTransaction();
    expect(await stored).toBe(0);
    expect(await scene.mark(claimed)).toEqual([]);
    expect(await evidence.apply(10)).toMatchObject({ applied: 0, unmatched: 0 });
  });

  it('holds for what is claimed when a worker applies a bounce', async () => {
    const claimed = await held();
    const bounced = told('failed', { channel: 'sms', address: '+33612345678', suppress: 'invalid' });
    await new CallbackRepository(scene.database.dataSource).note(source(), [bounced]);
    await new DeliveryEventRepository(scene.database.dataSource).apply(10);
    expect(await scene.mark(claimed)).toEqual([]);
  });

  it('is held back by a vendor’s refusal of another message to the address as well', async () => {
    const [refused, other] = [await scene.message(), await scene.message()];
    const held = await scene.claim(refused, other);
    await scene.mark(held.filter(({ id }) => id === refused));
    const rejected = { status: 'failed', event: 'failed', outcome: 'rejected', reason: 'bad_address' } as const;
    await scene.delivery.settle([
      sentSettlement(refused, 1, { ...rejected, providerMessageId: null, suppress: 'invalid' }),
    ]);
    expect(await scene.mark(held.filter(({ id }) => id === other))).toEqual([]);
    expect(await scene.tenant.row(other)).toMatchObject({ status: 'suppressed', reason: 'recipient_invalid' });
  });
});
