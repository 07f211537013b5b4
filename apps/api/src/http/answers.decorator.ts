import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

/** Answers a request that succeeds with this status, and documents it. @param type of the body; none: there is none */
export function Answers(status: 200 | 201 | 202 | 204, type?: Type): MethodDecorator {
  return applyDecorators(HttpCode(status), ApiResponse({ status, ...(type && { type }) }));
}
