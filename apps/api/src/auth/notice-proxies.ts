import { Logger } from '@nestjs/common';
import { NOTICES, type NoticeRepository } from '@outbell/persistence/repositories/notice.repository.js';
import type { FastifyInstance } from 'fastify';

/** So often is it noted at most, in ms. */
const NOTE_EVERY_MS = 86_400_000;

/**
 * Notes, for `outbell doctor`, that requests come with `X-Forwarded-For` although no proxy is trusted: behind one, all
 * callers then have one address, and share its limits.
 */
export function noticeProxies(fastify: FastifyInstance, notices: NoticeRepository): void {
  const logger = new Logger('Proxies');
  let notedAt = Number.NEGATIVE_INFINITY;
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['x-forwarded-for'] !== undefined && performance.now() - notedAt > NOTE_EVERY_MS) {
      notedAt = performance.now();
      logger.warn(
        'requests come with X-Forwarded-For, and TRUST_PROXY is off: behind a proxy all callers look like one',
      );
      notices.note(NOTICES.untrustedProxy).catch((error: unknown) => logger.warn('not noted for doctor', error));
    }
    done();
  });
}
