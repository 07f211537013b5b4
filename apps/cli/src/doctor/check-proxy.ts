import { NOTICES, type NoticeRepository } from '@outbell/persistence/repositories/notice.repository.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { type Finding, warning } from './finding.js';

/** An API that runs notes it once a day. */
const DAYS = 2;

/** Tells whether an API behind a proxy was told so. */
export async function checkProxy(config: Config, notices: NoticeRepository): Promise<Finding[]> {
  if (config.values.TRUST_PROXY) return [];
  const noticedAt = await notices.lately(NOTICES.untrustedProxy, DAYS);
  if (!noticedAt) return [];
  const found =
    `requests come with X-Forwarded-For (noticed ${noticedAt.toISOString()}), and TRUST_PROXY is off: all callers ` +
    'behind a proxy share one address and its limits';
  const mend =
    'set TRUST_PROXY=true if a proxy of yours stands in front of the API, and nobody can reach it past that; if none ' +
    'does, callers made the header up: leave it off';
  return [warning('configuration', found, mend)];
}
