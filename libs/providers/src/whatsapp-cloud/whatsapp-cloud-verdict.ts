import type { HttpAnswer } from '../http/http-request.js';
import { jsonObject } from '../http/http-request.js';
import { type Failure, refused } from '../http/http-verdict.js';
import { refusedByCode } from '../vendor-errors.js';
import { WHATSAPP_ERRORS } from './whatsapp-cloud.errors.js';

/** One message to one recipient in 6 s is what a pair of numbers may exchange. */
const PAIR_LIMIT = 131_056;
const PAIR_INTERVAL_MS = 6_000;

/** Codes by which Meta says that it failed itself, whatever the status says. */
const FAILED: ReadonlySet<number> = new Set([1, 2, 131_000, 131_016]);

/** What `{error: {code}}` means: by the code, as Meta asks for, and by the status where the code says nothing. */
export function refusedByCloudApi({ status, headers, text }: HttpAnswer): Failure {
  const code = codeOf(text);
  const retryAfter = headers['retry-after'];
  if (code === undefined) return refused({ status, retryAfter });
  const detail = { status, code };
  if (isOfPermissions(code)) return { kind: 'retry', reason: 'authentication_failed', detail };
  if (FAILED.has(code) && status !== 503) return { kind: 'unknown', reason: 'vendor_error', detail };
  const failure = refusedByCode(WHATSAPP_ERRORS, { status, retryAfter, code });
  return code === PAIR_LIMIT && failure.kind === 'retry' ? { after: PAIR_INTERVAL_MS, ...failure } : failure;
}

/** What the token may not do, until somebody lets it. */
function isOfPermissions(code: number): boolean {
  return code >= 200 && code < 300;
}

function codeOf(text: string): number | undefined {
  const error = jsonObject(text)?.['error'];
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'number' ? code : undefined;
}
