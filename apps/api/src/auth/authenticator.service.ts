import { Injectable, Logger, UnauthorizedException } from '@nestjs/common';
import type { ApiKeyEntity } from '@outbell/persistence/entities/api-key.entity.js';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { hashSecret, parseApiKey } from '@outbell/shared/api-key.js';
import { Clock } from '@outbell/shared/clock.js';
import type { ProblemCode } from '@outbell/shared/constants/problem-codes.js';
import { timingSafeEqual } from 'node:crypto';
import type { AuthenticatedKey } from './authenticated-key.js';
import { bearerOf } from './bearer.js';

/**
 * `last_used_at` is for people who clean up keys: a minute is exact enough, and a write per request would cost more
 * than the read.
 */
const TOUCH_EVERY_MS = 60_000;

/**
 * Turns the `Authorization` header into the key it holds, read from the database each time: a revocation
 * counts at once.
 */
@Injectable()
export class Authenticator {
  private readonly logger = new Logger(Authenticator.name);

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {UnauthorizedException} saying what is wrong with the key, but never whether its prefix exists */
  async authenticate(authorization: string | undefined): Promise<AuthenticatedKey> {
    const row = await this.find(authorization);
    const now = this.clock.now();
    if (row.revokedAt) throw refused('key_revoked', 'This API key was revoked.');
    if (row.expiresAt && row.expiresAt <= now) throw refused('key_expired', 'This API key has expired.');
    this.noteUse(row, now);
    const { id: keyId, tenantId, prefix, mode, scopes, rateLimit, expiresAt } = row;
    return { keyId, tenantId, prefix, mode, scopes, rateLimit, expiresAt };
  }

  /** Tells whether a key that was let in still opens what it did then: for answers that go on for minutes. */
  async isStillGood({ prefix }: AuthenticatedKey): Promise<boolean> {
    const row = await this.keys.findByPrefix(prefix);
    if (!row || row.revokedAt) return false;
    return row.expiresAt === null || row.expiresAt > this.clock.now();
  }

  private async find(authorization: string | undefined): Promise<ApiKeyEntity> {
    if (authorization === undefined) {
      throw refused('key_missing', 'Send an API key: `Authorization: Bearer ob_live_…`.');
    }
    const parsed = parseApiKey(bearerOf(authorization));
    if (!parsed) {
      throw refused('key_malformed', 'This is no whole API key. It looks like `ob_live_<12 letters>_<43 letters>`.');
    }
    const row = await this.keys.findByPrefix(parsed.prefix);
    if (!row || !timingSafeEqual(row.secretHash, hashSecret(parsed.secret))) {
      throw refused('key_unknown', 'This API key is not known.');
    }
    return row;
  }

  /** Beside the request: it neither waits for this write nor fails with it. */
  private noteUse(row: ApiKeyEntity, now: Date): void {
    if (row.lastUsedAt && now.getTime() - row.lastUsedAt.getTime() < TOUCH_EVERY_MS) return;
    this.keys.touch(row.tenantId, row.id, now).catch((error: unknown) => {
      this.logger.warn('the use of a key was not noted', error);
    });
  }
}

function refused(errorCode: ProblemCode, text: string): UnauthorizedException {
  return new UnauthorizedException(text, { errorCode });
}
