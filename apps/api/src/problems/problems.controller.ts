import { Controller, Get, Headers, NotFoundException, Param, Res, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access.decorators.js';
import { allCodes, ProblemCodeDto, ProblemCodesDto } from './problem-code.dto.js';
import { codePage, codesPage } from './problems.page.js';

const HTML = 'text/html; charset=utf-8';

/**
 * What `type` of a problem leads to: for people as a page, for programs (`Accept: application/json`) as JSON. In
 * production too.
 */
@ApiTags('problems')
@ApiExtraModels(ProblemCodeDto, ProblemCodesDto)
@Controller('problems')
export class ProblemsController {
  private readonly codes: ProblemCodeDto[];

  constructor(config: Config) {
    this.codes = allCodes(config.values.PUBLIC_URL);
  }

  @Get()
  @Public()
  @ApiOperation({
    summary: 'List the codes of errors',
    description: 'As a page, or as JSON for `Accept: application/json`.',
  })
  @ApiOkResponse({ description: 'All of them.', content: eitherForm(ProblemCodesDto) })
  listProblemCodes(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ProblemCodesDto | string {
    if (wantsJson(accept)) return { data: this.codes };
    reply.type(HTML);
    return codesPage(this.codes);
  }

  @Get(':code')
  @Public()
  @ApiParam({ name: 'code', example: 'unknown_template' })
  @ApiOperation({
    summary: 'Explain a code of an error',
    description: 'Where `type` of a problem leads to. As a page, or as JSON for `Accept: application/json`.',
  })
  @ApiOkResponse({ description: 'What it means.', content: eitherForm(ProblemCodeDto) })
  getProblemCode(
    @Param('code') code: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ProblemCodeDto | string {
    const known = this.codes.find((each) => each.code === code);
    if (!known) throw new NotFoundException('There is no such code. GET /problems lists all.');
    if (wantsJson(accept)) return known;
    reply.type(HTML);
    return codePage(known);
  }
}

/** For people and for programs. */
function eitherForm(dto: Type) {
  return { 'application/json': { schema: { $ref: getSchemaPath(dto) } }, 'text/html': { schema: { type: 'string' } } };
}

function wantsJson(accept = ''): boolean {
  return /json/i.test(accept) && !/text\/html/i.test(accept);
}
