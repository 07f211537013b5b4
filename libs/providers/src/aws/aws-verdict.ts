import { type Failure, refused, unanswered } from '../http/http-verdict.js';
import { retryAfterMs } from '../http/retry-after.js';
import type { VendorCallFailure } from '../http/vendor-call.js';

/** Refusal by AWS. */
export interface AwsFault {
  /** `MessageRejected`, `ThrottlingException`. */
  name: string;
  status: number;
  /** Never recorded: it quotes addresses. */
  message: string;
  /** The header. */
  retryAfter: string | undefined;
}

const THROTTLED = /^(KMS)?(Throttl|TooManyRequests|(Request)?LimitExceeded|RequestThrottl|SlowDown)/;

/** The credentials are wrong, over, or of somebody who may not do this; 403 is always one of these. */
const NOT_AUTHENTICATED = new RegExp(
  String.raw`^(AccessDenied|AuthFailure|AuthorizationError|ExpiredToken|IncompleteSignature|` +
    String.raw`InvalidAccessKeyId|InvalidClientTokenId|InvalidSecurity|InvalidSignature|` +
    String.raw`MissingAuthenticationToken|NotAuthorized|OptInRequired|RequestExpired|RequestTimeTooSkewed|` +
    String.raw`SignatureDoesNotMatch|UnrecognizedClient)`,
);

/**
 * Reads what an SDK's call threw: by the name of AWS's fault, then by its status; where AWS said nothing, by how far
 * the call came.
 *
 * @param meaning reads the faults that only one service has
 */
export function awsVerdict(failure: VendorCallFailure, meaning: (fault: AwsFault) => Failure | undefined): Failure {
  const fault = awsFault(failure.cause);
  if (!fault) return unanswered(failure);
  // A name comes from outside, too.
  const code = /^[A-Z][A-Za-z]{2,59}$/.exec(fault.name)?.[0];
  const known = fault.status >= 400 && fault.status < 500 ? (meaning(fault) ?? common(fault)) : undefined;
  if (!known) return refused({ status: fault.status, retryAfter: fault.retryAfter, code });
  return { ...known, detail: { status: fault.status, ...(code !== undefined && { code }) } };
}

/**
 * AWS looks at the key before anything else: whoever is refused for another reason has a good one. So keys pass that
 * may do nothing but send, and stand-ins that do not know what is asked.
 *
 * @param good names of such refusals
 */
export function provesAwsKey({ cause }: VendorCallFailure, good: RegExp): boolean {
  const fault = awsFault(cause);
  return fault !== undefined && (fault.status === 400 || fault.status === 403) && good.test(fault.name);
}

function common({ name, status, retryAfter }: AwsFault): Failure | undefined {
  if (THROTTLED.test(name)) return { kind: 'retry', reason: 'vendor_rate_limited', after: retryAfterMs(retryAfter) };
  if (status === 403 || NOT_AUTHENTICATED.test(name)) return { kind: 'retry', reason: 'authentication_failed' };
  return undefined;
}

/** Takes errors with a status for answers, whether the SDK could read them or not. */
function awsFault(cause: unknown): AwsFault | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { name, message, $metadata, $response } = cause as Error & {
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number; headers?: Record<string, string> };
  };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  return status === undefined ? undefined : { name, message, status, retryAfter: $response?.headers?.['retry-after'] };
}
