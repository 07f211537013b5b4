import { CallbackRepository, type NewDeliveryEvent } from '@outbell/persistence/engine/callback.repository.js';
import { DeliveryRepository, type Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import {
  type AppliedDeliveryEvents,
  DeliveryEventRepository,
} from '@outbell/persistence/engine/delivery-event.repository.js';
import type { TestDatabase } from './database.js';
import type { TenantFactory } from './factories.js';
import { hearAll } from './outbox-steps.js';
import { sentSettlement } from './settlements.js';

export const LEASE = 60_000;
export const DAYS = 3;

export const UNKNOWN = {
  status: 'unknown',
  event: 'unknown',
  outcome: 'unknown',
  reason: 'timeout',
  providerMessageId: null,
} as const;

/** What a test plays in, anew for each. */
interface Scene {
  database: TestDatabase;
  tenant: TenantFactory;
  /** The id of one, made or not. */
  connection: string;
}

/** What specs of evidence do over and over. @param scene the one of the moment */
export function evidenceSteps(scene: () => Scene) {
  const delivery = () => new DeliveryRepository(scene().database.dataSource);

  function query<T = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return scene().database.dataSource.query<T[]>(sql, parameters);
  }

  async function message(recipient = 'ann@example.org'): Promise<string> {
    return (await scene().tenant.messages(1, { recipient }))[0] as string;
  }

  /** Claimed and marked: the vendor is being called. @returns the fence */
  async function call(id: string, connectionId = scene().connection): Promise<number> {
    const [claimed] = await delivery().claim('email', [id], LEASE);
    const fence = claimed?.fence ?? 0;
    await delivery().markSending([{ id, fence, connectionId, connectionVersion: 1, provider: 'caller' }], LEASE);
    return fence;
  }

  function settle(id: string, fence: number, changes: Partial<Settlement> = {}): Promise<Set<string>> {
    return delivery().settle([sentSettlement(id, fence, changes)]);
  }

  /** One the vendor took. */
  async function sent(recipient?: string): Promise<string> {
    const id = await message(recipient);
    await settle(id, await call(id));
    return id;
  }

  function tell(...facts: NewDeliveryEvent[]): Promise<void> {
    const { database, tenant, connection } = scene();
    const source = { provider: 'caller', connectionId: connection, tenantId: tenant.tenantId };
    return new CallbackRepository(database.dataSource).note(source, facts);
  }

  /** What vendors told is applied, and who listens hears of it. */
  async function apply(): Promise<AppliedDeliveryEvents> {
    const { dataSource } = scene().database;
    const applied = await new DeliveryEventRepository(dataSource).apply(100, DAYS);
    await hearAll(dataSource);
    return applied;
  }

  async function statusAfter(id: string, ...facts: NewDeliveryEvent[]): Promise<unknown> {
    await tell(...facts);
    await apply();
    return (await scene().tenant.row(id))['status'];
  }

  const events = (state: string) => query('SELECT * FROM delivery_event WHERE state = $1', [state]);
  const suppressions = () => query('SELECT * FROM suppression WHERE tenant_id = $1', [scene().tenant.tenantId]);

  /** For what waits: its time has come. */
  const later = () => query('UPDATE delivery_event SET run_at = now() WHERE run_at IS NOT NULL');

  return { query, message, call, settle, sent, tell, apply, statusAfter, events, suppressions, later };
}
