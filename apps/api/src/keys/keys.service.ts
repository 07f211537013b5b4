import { Injectable, Logger, UnauthorizedException } from '@nestjs/common';
import type { ApiKeyEntity } from '@outbell/persistence/entities/api-key.entity.js';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { type KeyMode, newApiKey } from '@outbell/shared/api-key.js';
import { Clock } from '@outbell/shared/clock.js';
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
    const wantedRow = { name, mode, scopes, prefix, secretHash, expiresAt, createdAt: now };
    const row = await this.keys.createBy(by.tenantId, by.keyId, wantedRow);
    if (!row) throw new UnauthorizedException('This API key was revoked, or has expired.');
    this.logger.log('key created', { audit: true, keyPrefix: by.prefix, created: prefix, scopes, expiresAt });
    return { row, key };
  }

  /** A test key meets test keys alone. */
  async list(by: AuthenticatedKey, limit: number, before?: string): Promise<ApiKeyEntity[]> {
    return this.keys.list(by.tenantId, limit, before, visibleMode(by));
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

/** No key outlives the one that made it. @throws {InputError} for a time that has passed, or lies beyond the end of `by` */
function expiryOf(by: AuthenticatedKey, { expires_at: wanted }: CreateKeyDto, now: Date): Date | null {
  if (wanted === undefined || wanted === null) return by.expiresAt;
  const expiresAt = readInstant(wanted, 'expires_at');
  if (expiresAt <= now) throw InputError.of('expires_at', 'must lie in the future');
  if (by.expiresAt && expiresAt > by.expiresAt) {
    const end = by.expiresAt.toISOString();
    throw InputError.of('expires_at', `is later than your own key ends, ${end}; no key outlives the one that made it`);
  }
  return expiresAt;
}

function checkRights(by: AuthenticatedKey, wanted: CreateKeyDto): void {
  const missing = wanted.scopes.filter((scope) => !by.scopes.includes(scope));
  if (missing.length > 0)
    throw InputError.of('scopes', `your own key lacks ${missing.join(', ')}, so it cannot grant it`);
  if (by.mode === 'test' && wanted.mode === 'live') throw InputError.of('mode', 'a test key cannot make a live key');
}
