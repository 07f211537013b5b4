import { Injectable } from '@nestjs/common';
import { parseApiKey } from '@outbell/shared/api-key.js';
import { bearerOf } from './bearer.js';
import { FailureLimiter } from './failure-limiter.service.js';

/** Wrong secrets for one prefix from one address, within a minute, before they are answered unread. */
const SECRETS = 100;

/**
 * Stops whoever guesses keys, and locks nobody out who has one: many come from behind one proxy. What has not the form
 * of a key is answered 429 unread once its address has failed too often. What has is looked up all the same, and
 * answered 429 only if it is wrong; unless its prefix alone was tried with many secrets from there: then the key has to
 * be one that lately worked.
 */
@Injectable()
export class KeyFailures {
  private readonly byAddress = new FailureLimiter();
  private readonly byPrefix = new FailureLimiter(SECRETS);

  /** @throws {TooManyRequests} for what is not looked up any more */
  async check(ip: string, authorization = ''): Promise<void> {
    const key = parseApiKey(bearerOf(authorization));
    if (key) await this.byPrefix.check(ip, authorization, key.prefix);
    else await this.byAddress.check(ip, authorization);
  }

  succeeded(keyId: string, authorization = ''): void {
    this.byPrefix.succeeded(keyId, authorization);
  }

  /** @throws {TooManyRequests} when it was one too many of its address */
  async failed(ip: string, authorization = ''): Promise<void> {
    const key = parseApiKey(bearerOf(authorization));
    if (key) await this.byPrefix.failed(ip, authorization, key.prefix);
    await this.byAddress.check(ip, authorization);
    await this.byAddress.failed(ip, authorization);
  }
}
