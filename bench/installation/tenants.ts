import type { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import type { DataSource } from 'typeorm';
import { RECEIPT } from './receipt.js';

/** A tenant that can send: what a message of it refers to. */
export interface Tenant {
  id: string;
  senderIds: string[];
  templateVersionId: string;
}

/** The vendor every tenant has its connection to. */
export interface Vendor {
  provider: string;
  credentials: object;
}

/** Senders of each tenant, and addresses on its suppression list: none of them is written to. */
const SENDERS = 2;
const SUPPRESSED = 20_000;

/**
 * Writes tenants, each with verified senders, a connection, a published template and its share of the suppression list.
 */
export async function makeTenants(
  dataSource: DataSource,
  vault: Vault,
  count: number,
  vendor: Vendor,
): Promise<Tenant[]> {
  const tenants = Array.from({ length: count }, () => ({
    id: newId(),
    senderIds: Array.from({ length: SENDERS }, newId),
    templateVersionId: newId(),
  }));
  const ids = tenants.map(({ id }) => id);
  await dataSource.query(`INSERT INTO tenant (id, name) SELECT id, 'tenant ' || id FROM unnest($1::uuid[]) AS id`, [
    ids,
  ]);
  await insertSenders(dataSource, tenants);
  await insertConnections(dataSource, vault, ids, vendor);
  await insertTemplates(dataSource, tenants);
  await dataSource.query(
    `INSERT INTO suppression (id, tenant_id, channel, address, reason)
     SELECT gen_random_uuid(), tenant_id, 'email', 'gone' || n || '@example.net', 'bounce'
     FROM unnest($1::uuid[]) AS tenant_id CROSS JOIN generate_series(1, $2::int) AS n`,
    [ids, Math.ceil(SUPPRESSED / count)],
  );
  return tenants;
}

async function insertSenders(dataSource: DataSource, tenants: Tenant[]): Promise<void> {
  const rows = tenants.flatMap(({ id, senderIds }) => senderIds.map((senderId) => ({ id: senderId, tenantId: id })));
  await dataSource.query(
    `INSERT INTO sender (id, tenant_id, channel, address, name, status, verified_at)
     SELECT id, tenant_id, 'email', 'shop-' || id || '@example.com', 'The Shop', 'verified', now()
     FROM unnest($1::uuid[], $2::uuid[]) AS sender (id, tenant_id)`,
    [rows.map(({ id }) => id), rows.map(({ tenantId }) => tenantId)],
  );
}

async function insertConnections(
  dataSource: DataSource,
  vault: Vault,
  tenantIds: string[],
  { provider, credentials }: Vendor,
): Promise<void> {
  const rows = tenantIds.map((tenantId) => {
    const id = newId();
    return { id, ...vault.seal({ tenantId, rowId: id }, credentials) };
  });
  await dataSource.query(
    `INSERT INTO connection (id, tenant_id, channel, provider, name, key_id, sealed_key, sealed_data)
     SELECT id, tenant_id, 'email', $1, $1, key_id, sealed_key, sealed_data
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::bytea[])
       AS connection (id, tenant_id, key_id, sealed_key, sealed_data)`,
    [
      provider,
      rows.map(({ id }) => id),
      tenantIds,
      rows.map(({ keyId }) => keyId),
      rows.map(({ sealedKey }) => sealedKey),
      rows.map(({ sealedData }) => sealedData),
    ],
  );
}

/** Each tenant has a template of its own, named `receipt`. */
async function insertTemplates(dataSource: DataSource, tenants: Tenant[]): Promise<void> {
  const { subject, html, text, variables } = RECEIPT;
  await dataSource.query(
    `WITH template AS (
       INSERT INTO template (id, tenant_id, name, channel, locale, published_version)
       SELECT gen_random_uuid(), tenant_id, 'receipt', 'email', 'en', 1 FROM unnest($1::uuid[]) AS tenant_id
       RETURNING id, tenant_id
     )
     INSERT INTO template_version (id, tenant_id, template_id, version, subject, html, text, variables)
     SELECT version.id, template.tenant_id, template.id, 1, $3, $4, $5, $6
     FROM template JOIN unnest($2::uuid[], $1::uuid[]) AS version (id, tenant_id) USING (tenant_id)`,
    [
      tenants.map(({ id }) => id),
      tenants.map(({ templateVersionId }) => templateVersionId),
      subject,
      html,
      text,
      variables,
    ],
  );
}
