import { Body, Controller, Delete, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { listOf } from '../http/lists/list-body.js';
import { sendList } from '../http/lists/list-export.js';
import type { ImportDto } from '../http/lists/list-import.dto.js';
import { ExportsList, ImportsList } from '../http/lists/list-routes.js';
import { toPage } from '../http/page.js';
import { CreateSuppressionDto } from './create-suppression.dto.js';
import { ListSuppressionsQuery } from './list-suppressions.query.dto.js';
import {
  HoldingSuppressionDto,
  showHolding,
  showSuppression,
  SuppressionDto,
  SuppressionPageDto,
} from './suppression.dto.js';
import { SuppressionList } from './suppression-list.service.js';
import { SuppressionsService } from './suppressions.service.js';
import { SUPPRESSION_EXAMPLES } from './suppression.examples.js';

@ApiTags('suppressions')
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    private readonly suppressions: SuppressionsService,
    private readonly lists: SuppressionList,
  ) {}

  @Post()
  @ApiBody({ type: CreateSuppressionDto, examples: SUPPRESSION_EXAMPLES })
  @RequireScope('suppressions:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Suppress an address',
    description:
      'Nothing that its scope holds for is sent to it any more, not even what was accepted before, is scheduled, or ' +
      'waits in a worker’s hands: ' +
      'that is over when this is answered. `in_flight` says what a vendor was called for just before. Suppressing ' +
      'it again changes nothing.',
  })
  @Answers(201, HoldingSuppressionDto)
  async add(@CurrentKey() key: AuthenticatedKey, @Body() wanted: CreateSuppressionDto): Promise<HoldingSuppressionDto> {
    return showHolding(await this.suppressions.add(key, wanted));
  }

  @Get()
  @RequireScope('suppressions:read')
  @ApiOperation({
    summary: 'List suppressions, newest first',
    description: 'By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, SuppressionPageDto)
  async list(@CurrentKey() key: AuthenticatedKey, @Query() query: ListSuppressionsQuery): Promise<SuppressionPageDto> {
    return toPage(await this.suppressions.list(key.tenantId, query, query.limit + 1), query.limit, showSuppression);
  }

  @RequireScope('suppressions:write')
  @ImportsList({
    rows: 'suppressions',
    example: 'channel,address,reason\nemail,ann@example.org,unsubscribe\n',
    description:
      'Each row is suppressed or refused by itself, and told by its line. Columns: channel, address, reason ' +
      '(default `manual`), scope, topic. What is suppressed ' +
      'already keeps its reason: the same list again changes nothing.',
  })
  import(@CurrentKey() key: AuthenticatedKey, @Req() request: FastifyRequest): Promise<ImportDto> {
    return this.lists.import(key, listOf(request));
  }

  @RequireScope('suppressions:read')
  @ExportsList('suppressions')
  async export(@CurrentKey() { tenantId }: AuthenticatedKey, @Res() reply: FastifyReply): Promise<void> {
    await sendList(reply, ['channel', 'address', 'reason', 'scope', 'topic', 'created_at'], async (limit, before) => {
      return (await this.lists.page(tenantId, limit, before)).map(showSuppression);
    });
  }

  @Get(':id')
  @RequireScope('suppressions:read')
  @ApiOperation({ summary: 'Show a suppression', description: 'What it holds for, and what led to it.' })
  @Answers(200, SuppressionDto)
  async find(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<SuppressionDto> {
    return showSuppression(await this.suppressions.find(key.tenantId, id));
  }

  @Delete(':id')
  @RequireScope('suppressions:write')
  @ApiOperation({
    summary: 'Remove a suppression',
    description: 'The address may be messaged again. Leaves an audit line.',
  })
  @Answers(204)
  async remove(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.suppressions.remove(key, id);
  }
}
