import { HttpException, HttpStatus } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { isDatabaseAway } from '@outbell/persistence/database-away.js';
import { missingReference } from '@outbell/persistence/missing-reference.js';
import { FIELD_CODES, type FieldCode } from '@outbell/shared/constants/field-codes.js';
import { isProblemCode, PROBLEM_CODES, type ProblemCode } from '@outbell/shared/constants/problem-codes.js';
import { type FieldError, ForbiddenError, InputError, NotFoundError } from '@outbell/shared/errors.js';
import { STATUS_CODES } from 'node:http';

export class ProblemField {
  @ApiProperty({
    example: 'messages.3.to',
    description: 'Where: the path of the field in the body, or its name in the URL.',
  })
  field!: string;

  @ApiProperty({ example: 'must be an email address', description: 'What is wrong and how to mend it.' })
  message!: string;

  @ApiProperty({
    enum: [...Object.keys(FIELD_CODES), ...Object.keys(PROBLEM_CODES)],
    example: 'invalid_address',
    description: 'The stable name of what is wrong with the field.',
  })
  code!: FieldCode | ProblemCode;
}

/** RFC 9457: what every answer of 400 and above holds, as `application/problem+json`. */
export class Problem {
  @ApiProperty({
    format: 'uri',
    example: 'https://outbell.example.com/problems/invalid_input',
    description: 'The kind of problem: a page that says what `code` means and how to mend it.',
  })
  type!: string;

  @ApiProperty({ example: 'Bad Request', description: 'The status in words.' })
  title!: string;

  @ApiProperty({ example: 400, description: 'That of the answer.' })
  status!: number;

  @ApiProperty({ example: 'to: must be an email address', description: 'What happened this time.' })
  detail!: string;

  @ApiProperty({
    example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80',
    description: 'The id of this request, also in the header `X-Request-Id` and on its log lines.',
  })
  instance!: string;

  @ApiProperty({
    enum: Object.keys(PROBLEM_CODES),
    example: 'invalid_input',
    description: 'The stable name of what is wrong: branch on this, not on the words.',
  })
  code!: ProblemCode;

  @ApiProperty({ type: [ProblemField], required: false, description: 'Every field that is wrong, once each.' })
  errors?: ProblemField[];
}

/** A body of ten megabytes can be wrong in a million places; its sender needs some. */
const MAX_ERRORS = 100;
const MAX_DETAIL = 1000;

const AWAY =
  'The database cannot be reached. Try again; a request that creates something under the same Idempotency-Key ' +
  'as before.';
const OUR_FAULT = 'This is our fault. Quote `instance` when you report it.';

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

/** What the caller learns of one exception. */
interface ProblemFacts {
  status: number;
  code: ProblemCode;
  detail: string;
  errors?: FieldError[];
}

/**
 * What the caller is told of an exception. An unknown one is a bug or an outage: nothing of its inside is told.
 *
 * @param publicUrl where the API is reached, and so its pages about problems
 */
export function toProblem(exception: unknown, requestId: string, publicUrl: string): Problem {
  const { status, code, detail, errors } = factsOf(exception);
  return {
    type: new URL(`/problems/${code}`, publicUrl).href,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: detail.slice(0, MAX_DETAIL),
    instance: requestId,
    code,
    ...(errors && { errors: shownErrors(errors.slice(0, MAX_ERRORS)) }),
  };
}

/** Each with its code: what has none of its own breaks a rule that nobody branches on. */
export function shownErrors(errors: FieldError[]): ProblemField[] {
  return errors.map(({ field, message, code = 'invalid' }) => ({ field, message, code }));
}

function factsOf(exception: unknown): ProblemFacts {
  if (exception instanceof InputError) {
    const { status, code, message, errors } = exception;
    return { status, code, detail: message, errors };
  }
  if (exception instanceof NotFoundError) return plain(HttpStatus.NOT_FOUND, exception.message, 'not_found');
  if (exception instanceof ForbiddenError) return plain(HttpStatus.FORBIDDEN, exception.message, exception.code);
  if (exception instanceof HttpException) {
    return plain(exception.getStatus(), exception.message, exception.errorCode);
  }
  if (isClientError(exception)) return plain(exception.statusCode, exception.message);
  const missing = missingReference(exception);
  if (missing) return plain(HttpStatus.NOT_FOUND, `no ${missing} of that id: it was deleted just now`, 'not_found');
  if (isDatabaseAway(exception)) return plain(HttpStatus.SERVICE_UNAVAILABLE, AWAY, 'database_away');
  return plain(HttpStatus.INTERNAL_SERVER_ERROR, OUR_FAULT);
}

function plain(status: number, detail: string, code?: string): ProblemFacts {
  const ofStatus = CODE_OF_STATUS[status] ?? (status < 500 ? 'malformed_request' : 'internal_error');
  return { status, code: isProblemCode(code) ? code : ofStatus, detail };
}

/** Fastify's own: body too large, unknown content type, malformed URL. */
function isClientError(exception: unknown): exception is Error & { statusCode: number } {
  return (
    exception instanceof Error &&
    'code' in exception &&
    String(exception.code).startsWith('FST_') &&
    'statusCode' in exception &&
    typeof exception.statusCode === 'number' &&
    exception.statusCode < 500
  );
}
