import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { toPage } from '../http/page.js';
import { CreateSuppressionDto } from './create-suppression.dto.js';
import { ListSuppressionsQuery } from './list-suppressions.query.dto.js';
import { HoldingSuppressionDto, showHolding, showSuppression, SuppressionPageDto } from './suppression.dto.js';
import { SuppressionsService } from './suppressions.service.js';

@ApiTags('suppressions')
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(private readonly suppressions: SuppressionsService) {}

  @Post()
  @RequireScope('suppressions:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Suppress an address',
    description:
      'Nothing that its scope holds for is sent to it any more, not even what was accepted before, is scheduled, or waits in a worker’s hands: ' +
      'that is over when this is answered. `in_flight` says what a vendor was called for just before. Suppressing it again changes nothing.',
  })
  @ApiCreatedResponse({ type: HoldingSuppressionDto })
  async add(@CurrentKey() key: AuthenticatedKey, @Body() wanted: CreateSuppressionDto): Promise<HoldingSuppressionDto> {
    return showHolding(await this.suppressions.add(key, wanted));
  }

  @Get()
  @RequireScope('suppressions:read')
  @ApiOperation({ summary: 'List suppressions, newest first' })
  @ApiOkResponse({ type: SuppressionPageDto })
  async list(@CurrentKey() key: AuthenticatedKey, @Query() query: ListSuppressionsQuery): Promise<SuppressionPageDto> {
    return toPage(await this.suppressions.list(key.tenantId, query, query.limit + 1), query.limit, showSuppression);
  }

  @Delete(':id')
  @RequireScope('suppressions:write')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Remove a suppression',
    description: 'The address may be messaged again. Leaves an audit line.',
  })
  @ApiNoContentResponse()
  async remove(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.suppressions.remove(key, id);
  }
}
