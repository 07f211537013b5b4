import { Injectable, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Config } from '../config/config.schema.js';

/**
 * Decides who may read `/metrics`: with METRICS_TOKEN set, its bearer; without it everybody, but nobody in production.
 */
@Injectable()
export class MetricsAccess {
  constructor(private readonly config: Config) {}

  /**
   * @param authorization the request's header
   * @throws {NotFoundException} in production without a token
   * @throws {UnauthorizedException} for a missing or wrong token
   */
  check(authorization: string | undefined): void {
    const token = this.config.values.METRICS_TOKEN;
    if (token === undefined) {
      if (this.config.production) throw new NotFoundException();
      return;
    }
    // Digests have one length, as the comparison in constant time wants it.
    if (!timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`))) {
      throw new UnauthorizedException('Send METRICS_TOKEN as a bearer token.');
    }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
