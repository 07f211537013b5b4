import type { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import type { DataSource } from 'typeorm';

export interface SeededConnection {
  id: string;
  tenantId: string;
}

/** Stores SMTP connections of a new tenant, their credentials sealed by that vault. */
export async function seedConnections(
  dataSource: DataSource,
  vault: Vault,
  credentials: object[],
): Promise<SeededConnection[]> {
  const tenantId = newId();
  await dataSource.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', [tenantId, `tenant ${tenantId}`]);
  const rows = credentials.map((value) => {
    const owner = { tenantId, rowId: newId() };
    return { ...owner, ...vault.seal(owner, value) };
  });
  await dataSource.query(
    `INSERT INTO connection (id, tenant_id, channel, provider, name, key_id, sealed_key, sealed_data)
     SELECT id, $1, 'email', 'smtp', 'smtp ' || n, key_id, sealed_key, sealed_data
     FROM unnest($2::uuid[], $3::text[], $4::bytea[], $5::bytea[])
       WITH ORDINALITY AS r (id, key_id, sealed_key, sealed_data, n)`,
    [
      tenantId,
      rows.map((row) => row.rowId),
      rows.map((row) => row.keyId),
      rows.map((row) => row.sealedKey),
      rows.map((row) => row.sealedData),
    ],
  );
  return rows.map((row) => ({ id: row.rowId, tenantId }));
}
