import { Injectable, Logger } from '@nestjs/common';
import type { ApiKeyEntity } from '@outbell/persistence/entities/api-key.entity.js';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { checkRates, parseRates, type Rate } from '@outbell/planning/rate-limits.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { InputError, NotFoundError } from '@outbell/shared/errors.js';
import { readInstant } from '@outbell/shared/instant.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import type { CreateKeyDto } from './create-key.dto.js';

/** Makes and revokes a tenant's keys; both leave an audit line. */
@Injectable()
export class KeysService {
  private readonly logger = new Logger(KeysService.name);

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * @returns the row, and the key itself for this one answer
   * @throws {InputError} for rights beyond those of `by`: nobody widens what they were given
   */
  async create(by: AuthenticatedKey, wanted: CreateKeyDto): Promise<{ row: ApiKeyEntity; key: string }> {
    const now = this.clock.now();
    checkRights(by, wanted);
    const expiresAt = wanted.expires_at === undefined ? null : readInstant(wanted.expires_at, 'expires_at');
    if (expiresAt && expiresAt <= now) throw InputError.of('expires_at', 'must lie in the future', 400, 'out_of_range');
    const { key, prefix, secretHash } = newApiKey(wanted.mode);
    const { name, mode, scopes } = wanted;
    const rateLimit = this.rateLimitOf(by, wanted);
    const row = await this.keys.create(by.tenantId, {
      name,
      mode,
      scopes,
      prefix,
      secretHash,
      expiresAt,
      rateLimit,
      createdAt: now,
    });
    this.logger.log('key created', { audit: true, keyPrefix: by.prefix, created: prefix, scopes, expiresAt });
    return { row, key };
  }

  /** @throws {InputError} for more than the asking key may */
  private rateLimitOf(by: AuthenticatedKey, { rate_limit }: CreateKeyDto): string {
    if (rate_limit === undefined || rate_limit === '') return by.rateLimit;
    const bound = by.rateLimit === '' ? this.config.values.API_RATE_LIMIT : by.rateLimit;
    if (perMs(parseRates(rate_limit, 'rate_limit')) > perMs(parseRates(bound))) {
      throw InputError.of('rate_limit', `must be no more than your own key may: ${bound}`, 400, 'beyond_own_rights');
    }
    return checkRates(rate_limit, 'rate_limit');
  }

  async list(tenantId: string, limit: number, before?: string): Promise<ApiKeyEntity[]> {
    return this.keys.list(tenantId, limit, before);
  }

  /** @throws {NotFoundError} */
  async find(tenantId: string, id: string): Promise<ApiKeyEntity> {
    const key = await this.keys.find(tenantId, id);
    if (!key) throw new NotFoundError('key', id);
    return key;
  }

  /** Counts for the next request already. @throws {NotFoundError} */
  async revoke(by: AuthenticatedKey, id: string): Promise<void> {
    if (!(await this.keys.revoke(by.tenantId, id, this.clock.now()))) throw new NotFoundError('key', id);
    this.logger.log('key revoked', { audit: true, keyPrefix: by.prefix, revokedId: id });
  }
}

/** What may be made over time, per ms. */
function perMs(rates: Rate[]): number {
  return Math.min(...rates.map(({ limit, windowMs }) => limit / windowMs));
}

function checkRights(by: AuthenticatedKey, wanted: CreateKeyDto): void {
  const missing = wanted.scopes.filter((scope) => !by.scopes.includes(scope));
  if (missing.length > 0) {
    const text = `your own key lacks ${missing.join(', ')}, so it cannot grant it`;
    throw InputError.of('scopes', text, 400, 'beyond_own_rights');
  }
  if (by.mode === 'test' && wanted.mode === 'live') {
    throw InputError.of('mode', 'a test key cannot make a live key', 400, 'beyond_own_rights');
  }
}
