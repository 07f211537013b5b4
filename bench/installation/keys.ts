import { newApiKey } from '@outbell/shared/api-key.js';
import { newId } from '@outbell/shared/uuid.js';
import type { DataSource } from 'typeorm';
import type { Tenant } from './tenants.js';

/** One who may make requests: its key, and what it sends as. */
export interface ApiClient {
  key: string;
  /** Id of a sender. */
  sender: string;
}

/** Issues an API key to each tenant. */
export async function issueKeys(dataSource: DataSource, tenants: readonly Tenant[]): Promise<ApiClient[]> {
  const issued = tenants.map(({ id, senderIds: [sender = ''] }) => ({ tenantId: id, sender, ...newApiKey('live') }));
  await dataSource.query(
    `INSERT INTO api_key (id, tenant_id, name, mode, prefix, secret_hash, scopes)
     SELECT id, tenant_id, 'bench', 'live', prefix, secret_hash, '{messages:write}'
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[]) AS issued (id, tenant_id, prefix, secret_hash)`,
    [
      issued.map(() => newId()),
      issued.map(({ tenantId }) => tenantId),
      issued.map(({ prefix }) => prefix),
      issued.map(({ secretHash }) => secretHash),
    ],
  );
  return issued.map(({ key, sender }) => ({ key, sender }));
}
