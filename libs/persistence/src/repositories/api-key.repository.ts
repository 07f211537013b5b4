import { Injectable } from '@nestjs/common';
import { newId } from '@outbell/shared/uuid.js';
import DataLoader from 'dataloader';
import { DataSource, In, IsNull, LessThan } from 'typeorm';
import { ApiKeyEntity } from '../entities/api-key.entity.js';

export type NewApiKeyRow = Pick<
  ApiKeyEntity,
  'name' | 'mode' | 'prefix' | 'secretHash' | 'scopes' | 'expiresAt' | 'createdAt'
>;

@Injectable()
export class ApiKeyRepository {
  // Requests that arrive in the same moment are looked up by one statement. Without a cache: a revocation counts at once.
  private readonly byPrefix = new DataLoader((prefixes: readonly string[]) => this.findAllByPrefix(prefixes), {
    cache: false,
    maxBatchSize: 1000,
  });

  constructor(private readonly dataSource: DataSource) {}

  /** The row of a key's public half, whoever's it is: it tells the tenant of a request. */
  async findByPrefix(prefix: string): Promise<ApiKeyEntity | null> {
    return this.byPrefix.load(prefix);
  }

  async create(tenantId: string, row: NewApiKeyRow): Promise<ApiKeyEntity> {
    const key = { id: newId(), tenantId, revokedAt: null, lastUsedAt: null, ...row };
    await this.dataSource.getRepository(ApiKeyEntity).insert(key);
    return key;
  }

  /** A tenant's keys, newest first. @param before id of the last key of the page before */
  async list(tenantId: string, limit: number, before?: string): Promise<ApiKeyEntity[]> {
    return this.dataSource.getRepository(ApiKeyEntity).find({
      where: { tenantId, ...(before !== undefined && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Whether there is such a key; one that is already revoked keeps its time. */
  async revoke(tenantId: string, id: string, now: Date): Promise<boolean> {
    const keys = this.dataSource.getRepository(ApiKeyEntity);
    const { affected } = await keys.update({ tenantId, id, revokedAt: IsNull() }, { revokedAt: now });
    return affected === 1 || keys.existsBy({ tenantId, id });
  }

  /** Notes the use of a key, at most once a minute however many requests ask for it. */
  async touch(tenantId: string, id: string, now: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE api_key SET last_used_at = $3
       WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $3::timestamptz - interval '1 minute')`,
      [tenantId, id, now],
    );
  }

  private async findAllByPrefix(prefixes: readonly string[]): Promise<(ApiKeyEntity | null)[]> {
    const keys = await this.dataSource.getRepository(ApiKeyEntity).findBy({ prefix: In([...new Set(prefixes)]) });
    const found = new Map(keys.map((key) => [key.prefix, key]));
    return prefixes.map((prefix) => found.get(prefix) ?? null);
  }
}
