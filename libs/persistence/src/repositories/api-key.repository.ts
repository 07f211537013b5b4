import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { KeyMode } from '@outbell/shared/api-key.js';
import { BatchLoader } from '@outbell/shared/batch-loader.js';
import { newId } from '@outbell/shared/uuid.js';
import { IsNull, LessThanOrEqual, Or, Repository } from 'typeorm';
import { isDatabaseAway } from '../database-away.js';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { changedRows, PreparedStatement } from '../statements.js';
import { TenantRows } from './tenant-rows.js';

export type NewApiKeyRow = Pick<
  ApiKeyEntity,
  'name' | 'mode' | 'prefix' | 'secretHash' | 'scopes' | 'expiresAt' | 'createdAt'
> &
  Partial<Pick<ApiKeyEntity, 'rateLimit'>>;

@Injectable()
export class ApiKeyRepository extends TenantRows<ApiKeyEntity> {
  // Every request asks. Those that come while others are looked up share a statement; none is kept: a revocation counts
  // at once.
  private readonly byPrefix = new BatchLoader((prefixes: readonly string[]) => this.findAllByPrefix(prefixes), {
    size: 1000,
    atOnce: 2,
    strikesAll: isDatabaseAway,
  });

  constructor(@InjectRepository(ApiKeyEntity) rows: Repository<ApiKeyEntity>) {
    super(rows);
  }

  /** The row of a key's public half, whoever's it is: it tells the tenant of a request. */
  async findByPrefix(prefix: string): Promise<ApiKeyEntity | null> {
    return this.byPrefix.load(prefix);
  }

  /** One that the operator makes. */
  async create(tenantId: string, row: NewApiKeyRow): Promise<ApiKeyEntity> {
    const key = newRow(tenantId, row, null);
    await this.rows.insert(key);
    return key;
  }

  /** One that another key makes. @returns null when that one has ended meanwhile, and makes no more */
  async createBy(tenantId: string, creatorId: string, row: NewApiKeyRow): Promise<ApiKeyEntity | null> {
    const key = newRow(tenantId, row, creatorId);
    const { id, name, mode, prefix, secretHash, scopes, rateLimit, expiresAt, createdAt } = key;
    // Under the lock of its maker: whoever revokes that one with its descendants waits for this one, and finds it.
    const made = await this.rows.manager.query<object[]>(
      `INSERT INTO api_key
         (id, tenant_id, created_by, name, mode, prefix, secret_hash, scopes, rate_limit, expires_at, created_at)
       SELECT $3, tenant_id, id, $4, $5, $6, $7, $8, $11, $9, $10 FROM api_key
       WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $10) FOR SHARE
       RETURNING id`,
      [tenantId, creatorId, id, name, mode, prefix, secretHash, scopes, expiresAt, createdAt, rateLimit],
    );
    return made.length === 1 ? key : null;
  }

  /** @returns whether there is such a key; one that is already revoked keeps its time */
  revoke(tenantId: string, id: string, now: Date, mode?: KeyMode): Promise<boolean> {
    return this.setOnce(tenantId, { id, mode }, 'revokedAt', now);
  }

  /**
   * Revokes what a key has made, and what these have made, whether or not they are revoked themselves. The key itself
   * is revoked before.
   *
   * @returns their prefixes; those that were revoked before are not among them
   */
  async revokeDescendants(tenantId: string, id: string, now: Date): Promise<string[]> {
    const revoked: string[] = [];
    for (;;) {
      const rows = await changedRows<{ prefix: string }>(
        this.rows.manager,
        `${DESCENDANTS}
         UPDATE api_key SET revoked_at = $3
         WHERE tenant_id = $1 AND id IN (SELECT id FROM descendant) AND revoked_at IS NULL RETURNING prefix`,
        [tenantId, id, now],
      );
      revoked.push(...rows.map(({ prefix }) => prefix));
      // A key that was just making another one has been waited for: what it made is there now.
      if (rows.length === 0) return revoked;
    }
  }

  /** Counts how many descendants of a key still open something. */
  async countLiveDescendants(tenantId: string, id: string, now: Date): Promise<number> {
    const [row] = await this.rows.manager.query<[{ count: number }]>(
      `${DESCENDANTS}
       SELECT count(*)::int FROM api_key
       WHERE tenant_id = $1 AND id IN (SELECT id FROM descendant) AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > $3)`,
      [tenantId, id, now],
    );
    return row.count;
  }

  /** Notes the use of a key, at most once a minute however many requests ask for it. */
  async touch(tenantId: string, id: string, now: Date): Promise<void> {
    const lastUsedAt = Or(IsNull(), LessThanOrEqual(new Date(now.getTime() - 60_000)));
    await this.rows.update({ tenantId, id, lastUsedAt }, { lastUsedAt: now });
  }

  private async findAllByPrefix(prefixes: readonly string[]): Promise<(ApiKeyEntity | null)[]> {
    const keys = await FIND_BY_PREFIX.run(this.rows.manager, [JSON.stringify([...new Set(prefixes)])]);
    const found = new Map(keys.map((key) => [key.prefix, key]));
    return prefixes.map((prefix) => found.get(prefix) ?? null);
  }
}

const DESCENDANTS = `WITH RECURSIVE descendant AS (
    SELECT id FROM api_key WHERE tenant_id = $1 AND created_by = $2
    UNION SELECT k.id FROM descendant d JOIN api_key k ON k.tenant_id = $1 AND k.created_by = d.id
  )`;

function newRow(tenantId: string, row: NewApiKeyRow, createdBy: string | null): ApiKeyEntity {
  return { id: newId(), tenantId, createdBy, revokedAt: null, lastUsedAt: null, rateLimit: '', ...row };
}

// Of an array the planner sees the length, and plans anew for each; of JSON it always expects the same. LIMIT keeps it
// to the index.
const FIND_BY_PREFIX = new PreparedStatement<ApiKeyEntity>(
  'api-key-find-by-prefix',
  `SELECT k.id, tenant_id AS "tenantId", name, mode, prefix, secret_hash AS "secretHash", scopes,
     rate_limit AS "rateLimit", expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt",
     created_by AS "createdBy", created_at AS "createdAt"
   FROM json_array_elements_text($1) AS asked
   CROSS JOIN LATERAL (SELECT * FROM api_key WHERE api_key.prefix = asked.value LIMIT 1) AS k`,
);
