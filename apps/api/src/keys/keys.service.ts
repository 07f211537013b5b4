import { Injectable, Logger, UnauthorizedException } from '@nestjs/common';
import type { ApiKeyEntity } from '@outbell/persistence/entities/api-key.entity.js';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { checkRates, parseRates, type Rate } from '@outbell/planning/rate-limits.js';
import { type KeyMode, newApiKey } from '@outbell/shared/api-key.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { found, InputError, NotFoundError } from '@outbell/shared/errors.js';
import { readInstant } from '@outbell/shared/instant.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import type { CreateKeyDto } from './key-requests.dto.js';

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
    const expiresAt = expiryOf(by, wanted, now);
    const { key, prefix, secretHash } = newApiKey(wanted.mode);
    const { name, mode, scopes } = wanted;
    const rateLimit = this.rateLimitOf(by, wanted);
    const wantedRow = { name, mode, scopes, prefix, secretHash, expiresAt, rateLimit, createdAt: now };
    const row = await this.keys.createBy(by.tenantId, by.keyId, wantedRow);
    if (!row)
      throw new UnauthorizedException('This API key was revoked, or has expired.', { errorCode: 'key_revoked' });
    this.logger.log('key created', { audit: true, keyPrefix: by.prefix, created: prefix, scopes, expiresAt });
    return { row, key };
  }

  /** @throws {InputError} for more than the asking key may */
  private rateLimitOf(by: AuthenticatedKey, { rate_limit }: CreateKeyDto): string {
    if (rate_limit === undefined || rate_limit === '') return by.rateLimit;
    const bound = by.rateLimit === '' ? this.config.values.API_RATE_LIMIT : by.rateLimit;
    const rates = parseRates(rate_limit, 'rate_limit');
    if (!parseRates(bound).every((own) => isKept(own, rates))) {
      const text = `must be no more than your own key may: ${bound}`;
      throw InputError.forField('rate_limit', text, 400, 'beyond_own_rights');
    }
    return checkRates(rate_limit, 'rate_limit');
  }

  /** A test key meets test keys alone. */
  async list(by: AuthenticatedKey, limit: number, before?: string): Promise<ApiKeyEntity[]> {
    return this.keys.list(by.tenantId, { mode: visibleMode(by) }, limit, before);
  }

  /** @throws {NotFoundError} */
  async find(by: AuthenticatedKey, id: string): Promise<ApiKeyEntity> {
    return found(await this.keys.find(by.tenantId, id, { mode: visibleMode(by) }), 'key', id);
  }

  /**
   * Counts for the next request already.
   *
   * @param withDescendants revokes the keys too that it has made, and those that they have made
   * @returns how many descendants still open something
   * @throws {NotFoundError}
   */
  async revoke(by: AuthenticatedKey, id: string, withDescendants: boolean): Promise<number> {
    const now = this.clock.now();
    if (!(await this.keys.revoke(by.tenantId, id, now, visibleMode(by)))) throw new NotFoundError('key', id);
    const descendants = withDescendants ? await this.keys.revokeDescendants(by.tenantId, id, now) : [];
    this.logger.log('key revoked', { audit: true, keyPrefix: by.prefix, revokedId: id, descendants });
    return this.keys.countLiveDescendants(by.tenantId, id, now);
  }
}

function visibleMode({ mode }: AuthenticatedKey): KeyMode | undefined {
  return mode === 'test' ? mode : undefined;
}

/**
 * No key outlives the one that made it. @throws {InputError} for a time that has passed, or lies beyond the end of `by`
 */
function expiryOf(by: AuthenticatedKey, { expires_at: wanted }: CreateKeyDto, now: Date): Date | null {
  if (wanted === undefined || wanted === null) return by.expiresAt;
  const expiresAt = readInstant(wanted, 'expires_at');
  if (expiresAt <= now) throw InputError.forField('expires_at', 'must lie in the future', 400, 'out_of_range');
  if (by.expiresAt && expiresAt > by.expiresAt) {
    const end = by.expiresAt.toISOString();
    const text = `is later than your own key ends, ${end}; no key outlives the one that made it`;
    throw InputError.forField('expires_at', text, 400, 'beyond_own_rights');
  }
  return expiresAt;
}

/**
 * Tells whether who keeps these rates keeps that one too: no other number over a longer time does, which may be used
 * up at
 * once.
 */
function isKept({ limit, windowMs }: Rate, rates: Rate[]): boolean {
  return rates.some((rate) => rate.limit * Math.ceil(windowMs / rate.windowMs) <= limit);
}

function checkRights(by: AuthenticatedKey, wanted: CreateKeyDto): void {
  const missing = wanted.scopes.filter((scope) => !by.scopes.includes(scope));
  if (missing.length > 0) {
    const text = `your own key lacks ${missing.join(', ')}, so it cannot grant it`;
    throw InputError.forField('scopes', text, 400, 'beyond_own_rights');
  }
  if (by.mode === 'test' && wanted.mode === 'live') {
    throw InputError.forField('mode', 'a test key cannot make a live key', 400, 'beyond_own_rights');
  }
}
