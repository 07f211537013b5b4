import { Vault } from '@outbell/shared/crypto/vault.js';
import type { TestApi } from './api.js';
import { callingConnection, signed, type Told } from './calling-vendor.js';
import type { TenantFactory } from './factories.js';

/** A proxy in front calls the API something else. */
export const PUBLIC = 'https://mail.example.com';

/** What a test plays in, anew for each. */
interface Scene {
  api: TestApi;
  tenant: TenantFactory;
  /** The id of the tenant's connection. */
  connection: string;
}

export const pathOf = (id: string, provider = 'caller') => `/callbacks/${provider}/${id}`;

/** What specs of callbacks do over and over. @param scene the one of the moment */
export function callbackSteps(scene: () => Scene) {
  function made(
    options: { provider?: string; secrets?: string[] } = {},
    tenantId = scene().tenant.tenantId,
  ): Promise<string> {
    const { api } = scene();
    return callingConnection(api.database.dataSource, api.app.get(Vault), tenantId, options);
  }

  /** Each from an address of its own: one spec's failures are not another's. */
  let caller = 0;

  function call(path: string, body: string, headers: Record<string, string> = {}, type = 'application/json') {
    caller += 1;
    return scene().api.app.inject({
      method: 'POST',
      url: path,
      payload: body,
      headers: { 'content-type': type, 'x-forwarded-for': `10.0.${caller >> 8}.${caller & 255}`, ...headers },
    });
  }

  /** The vendor tells something, rightly signed. */
  function tell(
    told: Told[],
    { id = scene().connection, secret = 'secret', type = 'application/json', query = '' } = {},
  ) {
    const path = pathOf(id) + query;
    const body = JSON.stringify(told);
    return call(path, body, signed(secret, PUBLIC + path, body), type);
  }

  return { made, call, tell };
}

/** What has come of it for the tenant. */
export function callbackRows(scene: () => Pick<Scene, 'api' | 'tenant'>) {
  async function stored(): Promise<Record<string, unknown>[]> {
    const { api, tenant } = scene();
    return api.database.dataSource.query(
      `SELECT event_id, kind, state, message_id, provider_message_id, evidence FROM delivery_event WHERE tenant_id = $1
        ORDER BY id`,
      [tenant.tenantId],
    );
  }

  async function rawOnes(): Promise<{ body: Buffer; headers: object; path: string; state: string; method: string }[]> {
    const { api, tenant } = scene();
    return api.database.dataSource.query(
      `SELECT method, path, headers, body, state FROM callback WHERE tenant_id = $1 ORDER BY id`,
      [tenant.tenantId],
    );
  }

  return { stored, rawOnes };
}
