import { Body, Controller, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { IdParam } from '../http/param.decorators.js';
import { listOf } from '../http/lists/list-body.js';
import { sendList } from '../http/lists/list-export.js';
import { ExportRoute, ImportRoute } from '../http/lists/list-routes.js';
import { toPage } from '../http/page.dto.js';
import { CreateRoute, DeleteRoute, ListRoute, ReadRoute } from '../http/route.decorators.js';
import { CreateSuppressionDto, ListSuppressionsQuery } from './suppression-requests.dto.js';
import { SuppressionList } from './suppression-list.service.js';
import {
  HoldingSuppressionDto,
  showHolding,
  showSuppression,
  SuppressionDto,
  SuppressionPageDto,
} from './suppression.dto.js';
import { SUPPRESSION_EXAMPLES } from './suppression.examples.js';
import { SuppressionsService } from './suppressions.service.js';

@ApiTags('suppressions')
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    private readonly suppressions: SuppressionsService,
    private readonly lists: SuppressionList,
  ) {}

  @CreateRoute('suppressions:write', HoldingSuppressionDto, {
    summary: 'Suppress an address',
    description:
      'Nothing that its scope holds for is sent to it any more, not even what was accepted before, is scheduled, or ' +
      'waits in a worker’s hands: that is over when this is answered. `in_flight` says what a vendor was called for ' +
      'just before. Suppressing it again changes nothing.',
  })
  @ApiBody({ type: CreateSuppressionDto, examples: SUPPRESSION_EXAMPLES })
  async createSuppression(@CurrentKey() key: AuthenticatedKey, @Body() wanted: CreateSuppressionDto) {
    return showHolding(await this.suppressions.add(key, wanted));
  }

  @ListRoute('suppressions:read', SuppressionPageDto, { summary: 'List suppressions, newest first' })
  async listSuppressions(@CurrentKey() key: AuthenticatedKey, @Query() query: ListSuppressionsQuery) {
    return toPage(await this.suppressions.list(key.tenantId, query, query.limit + 1), query.limit, showSuppression);
  }

  @ImportRoute('suppressions:write', {
    rows: 'suppressions',
    example: 'channel,address,reason\nemail,ann@example.org,unsubscribe\n',
    description:
      'Each row is suppressed or refused by itself, and told by its line. Columns: channel, address, reason (default ' +
      '`manual`), scope, topic. What is suppressed already keeps its reason: the same list again changes nothing.',
  })
  importSuppressions(@CurrentKey() key: AuthenticatedKey, @Req() request: FastifyRequest) {
    return this.lists.import(key, listOf(request));
  }

  @ExportRoute('suppressions:read', 'suppressions')
  async exportSuppressions(@CurrentKey() { tenantId }: AuthenticatedKey, @Res() reply: FastifyReply): Promise<void> {
    await sendList(reply, ['channel', 'address', 'reason', 'scope', 'topic', 'created_at'], async (page) => {
      return (await this.suppressions.list(tenantId, page, page.limit)).map(showSuppression);
    });
  }

  @ReadRoute('suppressions:read', SuppressionDto, {
    summary: 'Show a suppression',
    description: 'What it holds for, and what led to it.',
  })
  async getSuppression(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return showSuppression(await this.suppressions.find(key.tenantId, id));
  }

  @DeleteRoute('suppressions:write', {
    summary: 'Remove a suppression',
    description: 'The address may be messaged again. Leaves an audit line.',
  })
  deleteSuppression(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return this.suppressions.remove(key, id);
  }
}
