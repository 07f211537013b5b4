import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { RefusesIdempotencyKey } from '../http/idempotent.decorator.js';
import { toPage } from '../http/page.js';
import { PageQuery } from '../http/page.query.dto.js';
import { CreateKeyDto } from './create-key.dto.js';
import { CreatedKeyDto, KeyDto, KeyPageDto, showKey } from './key.dto.js';
import { KeysService } from './keys.service.js';

const SHOWN_ONCE =
  'is not taken here: a key is shown once and kept nowhere. Make another, and revoke the one whose answer was lost';

@ApiTags('keys')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Post()
  @RequireScope('keys:write')
  @RefusesIdempotencyKey(SHOWN_ONCE)
  @ApiOperation({ summary: 'Make a key', description: 'It can be given only scopes that the asking key has itself.' })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  async create(@CurrentKey() by: AuthenticatedKey, @Body() wanted: CreateKeyDto): Promise<CreatedKeyDto> {
    const { row, key } = await this.keys.create(by, wanted);
    return Object.assign(showKey(row), { key });
  }

  @Get()
  @RequireScope('keys:read')
  @ApiOperation({ summary: 'List keys, newest first, revoked ones included' })
  @ApiOkResponse({ type: KeyPageDto })
  async list(@CurrentKey() by: AuthenticatedKey, @Query() page: PageQuery): Promise<KeyPageDto> {
    return toPage(await this.keys.list(by.tenantId, page.limit + 1, page.cursor), page.limit, showKey);
  }

  @Get(':id')
  @RequireScope('keys:read')
  @ApiOperation({ summary: 'Show a key', description: 'Its secret half is never shown again.' })
  @ApiOkResponse({ type: KeyDto })
  async find(@CurrentKey() by: AuthenticatedKey, @IdParam() id: string): Promise<KeyDto> {
    return showKey(await this.keys.find(by.tenantId, id));
  }

  @Delete(':id')
  @RequireScope('keys:write')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Revoke a key', description: 'Its next request is already refused. It stays in the list.' })
  @ApiNoContentResponse()
  async revoke(@CurrentKey() by: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.keys.revoke(by, id);
  }
}
