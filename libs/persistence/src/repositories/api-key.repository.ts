import { Injectable } from '@nestjs/common';
import { Coalescer } from '@outbell/shared/coalescer.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, IsNull, LessThan } from 'typeorm';
import { isDatabaseAway } from '../database-away.js';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { PreparedStatement } from '../statements.js';

export type NewApiKeyRow = Pick<
  ApiKeyEntity,
  'name' | 'mode' | 'prefix' | 'secretHash' | 'scopes' | 'expiresAt' | 'createdAt'
> &
  Partial<Pick<ApiKeyEntity, 'rateLimit'>>;

@Injectable()
export class ApiKeyRepository {
  // Every request asks. Those that come while others are looked up share a statement; none is kept: a revocation counts at once.
  private readonly byPrefix = new Coalescer((prefixes: readonly string[]) => this.findAllByPrefix(prefixes), {
    size: 1000,
    atOnce: 2,
    strikesAll: isDatabaseAway,
  });

  constructor(private readonly dataSource: DataSource) {}

  /** The row of a key's public half, whoever's it is: it tells the tenant of a request. */
  async findByPrefix(prefix: string): Promise<ApiKeyEntity | null> {
    return this.byPrefix.load(prefix);
  }

  async create(tenantId: string, row: NewApiKeyRow): Promise<ApiKeyEntity> {
    const key = { id: newId(), tenantId, revokedAt: null, lastUsedAt: null, rateLimit: '', ...row };
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

  async find(tenantId: string, id: string): Promise<ApiKeyEntity | null> {
    return this.dataSource.getRepository(ApiKeyEntity).findOneBy({ tenantId, id });
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
    const keys = await FIND_BY_PREFIX.run(this.dataSource, [JSON.stringify([...new Set(prefixes)])]);
    const found = new Map(keys.map((key) => [key.prefix, key]));
    return prefixes.map((prefix) => found.get(prefix) ?? null);
  }
}

// Of an array the planner sees the length, and plans anew for each; of JSON it always expects the same. LIMIT keeps it to the index.
const FIND_BY_PREFIX = new PreparedStatement<ApiKeyEntity>(
  'api-key-find-by-prefix',
  `SELECT k.id, tenant_id AS "tenantId", name, mode, prefix, secret_hash AS "secretHash", scopes, rate_limit AS "rateLimit", expires_at AS "expiresAt",
     revoked_at AS "revokedAt", last_used_at AS "lastUsedAt", created_at AS "createdAt"
   FROM json_array_elements_text($1) AS asked
   CROSS JOIN LATERAL (SELECT * FROM api_key WHERE api_key.prefix = asked.value LIMIT 1) AS k`,
);
