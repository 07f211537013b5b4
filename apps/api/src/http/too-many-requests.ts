import { HttpException, HttpStatus } from '@nestjs/common';
import type { ProblemCode } from '@outbell/shared/constants/problem-codes.js';

/** 429, with the headers that say when to ask again. */
export class TooManyRequests extends HttpException {
  constructor(
    text: string,
    errorCode: ProblemCode,
    readonly headers: Record<string, string>,
  ) {
    super(text, HttpStatus.TOO_MANY_REQUESTS, { errorCode });
  }
}
