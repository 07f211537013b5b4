import { applyDecorators, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import { RequireScope } from '../../auth/access.decorators.js';
import { RefusesIdempotencyKey } from '../idempotent.decorator.js';
import { CSV, NDJSON } from './list-body.js';
import { ImportDto } from './list-import.dto.js';

interface ImportOptions {
  /** What the rows are, as the documentation calls them (`contacts`). */
  rows: string;
  /** What is said of the rows. */
  description: string;
  /** A list as CSV. */
  example: string;
}

/** `POST …/import` of a list of many rows, whose body is the stream it comes in (`listOf`). */
export function ImportRoute(scope: Scope, { rows, description, example }: ImportOptions): MethodDecorator {
  return applyDecorators(
    Post('import'),
    RefusesIdempotencyKey('is not needed: the same list again changes nothing'),
    RouteConfig({ list: true }),
    RequireScope(scope),
    HttpCode(HttpStatus.OK),
    ApiConsumes(CSV, NDJSON),
    ApiBody({
      schema: { type: 'string', example },
      description: 'CSV with a header of column names, or one JSON object per line.',
    }),
    ApiOperation({ summary: `Import a list of up to 100,000 ${rows}`, description }),
    ApiOkResponse({ type: ImportDto }),
  );
}

/** `GET …/export` of a whole list (`sendList`). @param rows as above */
export function ExportRoute(scope: Scope, rows: string): MethodDecorator {
  return applyDecorators(
    Get('export'),
    RequireScope(scope),
    ApiProduces(CSV, NDJSON),
    ApiOperation({
      summary: `Export all ${rows}, newest first`,
      description:
        'CSV, or NDJSON for `Accept: application/x-ndjson`. In CSV an apostrophe stands before what a spreadsheet ' +
        'would take for a formula; an import takes it away.',
    }),
    ApiOkResponse({ schema: { type: 'string' } }),
  );
}
