import type { ProblemCode } from '@outbell/shared/constants/problem-codes.js';

/** What is said of a status alone. */
const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  413: 'body_too_large',
  414: 'url_too_long',
  415: 'unsupported_media_type',
  422: 'unprocessable',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'unavailable',
};

/** The code of a problem that has none of its own. */
export function codeOfStatus(status: number): ProblemCode {
  return CODE_OF_STATUS[status] ?? (status < 500 ? 'malformed_request' : 'internal_error');
}
