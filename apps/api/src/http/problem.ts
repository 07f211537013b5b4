import { HttpException, HttpStatus } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { isDatabaseAway } from '@outbell/persistence/database-away.js';
import { missingReference } from '@outbell/persistence/missing-reference.js';
import type { ProblemCode } from '@outbell/shared/constants/problem-codes.js';
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
}

/** RFC 9457: what every answer of 400 and above holds, as `application/problem+json`. */
export class Problem {
  @ApiProperty({ example: 'about:blank', description: 'The kind of problem; `about:blank`: the status says it all.' })
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
    example: 'invalid_input',
    required: false,
    description: 'The stable name of what is wrong: branch on this, not on the words.',
  })
  code?: ProblemCode;

  @ApiProperty({ type: [ProblemField], required: false, description: 'Every field that is wrong.' })
  errors?: FieldError[];
}

/** A body of ten megabytes can be wrong in a million places; its sender needs some. */
const MAX_ERRORS = 100;
const MAX_DETAIL = 1000;

const AWAY =
  'The database cannot be reached. Try again; a request that creates something under the same Idempotency-Key as before.';

/** What the caller is told of an exception. An unknown one is a bug or an outage: nothing of its inside is told. */
export function toProblem(exception: unknown, requestId: string): Problem {
  if (exception instanceof InputError) {
    return problem(exception.status, exception.message, requestId, exception);
  }
  if (exception instanceof NotFoundError) return problem(HttpStatus.NOT_FOUND, exception.message, requestId);
  if (exception instanceof ForbiddenError) {
    return problem(HttpStatus.FORBIDDEN, exception.message, requestId, exception);
  }
  if (exception instanceof HttpException) return problem(exception.getStatus(), exception.message, requestId);
  if (isClientError(exception)) return problem(exception.statusCode, exception.message, requestId);
  const missing = missingReference(exception);
  if (missing) return problem(HttpStatus.NOT_FOUND, `no ${missing} of that id: it was deleted just now`, requestId);
  if (isDatabaseAway(exception)) return problem(HttpStatus.SERVICE_UNAVAILABLE, AWAY, requestId);
  return problem(
    HttpStatus.INTERNAL_SERVER_ERROR,
    'This is our fault. Quote `instance` when you report it.',
    requestId,
  );
}

type Coded = Pick<InputError, 'code'> & Partial<Pick<InputError, 'errors'>>;

function problem(status: number, detail: string, instance: string, coded?: Coded): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    title,
    status,
    detail: detail.slice(0, MAX_DETAIL),
    instance,
    ...(coded && { code: coded.code }),
    ...(coded?.errors && { errors: coded.errors.slice(0, MAX_ERRORS) }),
  };
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
