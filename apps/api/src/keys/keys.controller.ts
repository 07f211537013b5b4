import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { OpenToTestKeys } from '../auth/open-to-test-keys.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { RefusesIdempotencyKey } from '../http/idempotent.decorator.js';
import { toPage } from '../http/page.js';
import { PageQuery } from '../http/page.query.dto.js';
import { CreateKeyDto } from './create-key.dto.js';
import { KEY_EXAMPLES } from './key.examples.js';
import { CreatedKeyDto, KeyDto, KeyPageDto, showKey } from './key.dto.js';
import { KeysService } from './keys.service.js';
import { RevokeKeyQuery } from './revoke-key.query.dto.js';

const COUNT = { type: 'integer', minimum: 0 } as const;

const SHOWN_ONCE =
  'is not taken here: a key is shown once and kept nowhere. Make another, and revoke the one whose answer was lost';

@ApiTags('keys')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Post()
  @ApiBody({ type: CreateKeyDto, examples: KEY_EXAMPLES })
  @RequireScope('keys:write')
  @OpenToTestKeys()
  @RefusesIdempotencyKey(SHOWN_ONCE)
  @ApiOperation({
    summary: 'Make a key',
    description: 'It can be given only scopes that the asking key has itself, and ends no later.',
  })
  @Answers(201, CreatedKeyDto)
  async create(@CurrentKey() by: AuthenticatedKey, @Body() wanted: CreateKeyDto): Promise<CreatedKeyDto> {
    const { row, key } = await this.keys.create(by, wanted);
    return Object.assign(showKey(row), { key });
  }

  @Get()
  @RequireScope('keys:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'List keys, newest first, revoked ones included',
    description: 'By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, KeyPageDto)
  async list(@CurrentKey() by: AuthenticatedKey, @Query() page: PageQuery): Promise<KeyPageDto> {
    return toPage(await this.keys.list(by, page.limit + 1, page.cursor), page.limit, showKey);
  }

  @Get(':id')
  @RequireScope('keys:read')
  @OpenToTestKeys()
  @ApiOperation({ summary: 'Show a key', description: 'Its secret half is never shown again.' })
  @Answers(200, KeyDto)
  async find(@CurrentKey() by: AuthenticatedKey, @IdParam() id: string): Promise<KeyDto> {
    return showKey(await this.keys.find(by, id));
  }

  @Delete(':id')
  @RequireScope('keys:write')
  @OpenToTestKeys()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Revoke a key',
    description:
      'Its next request is already refused. It stays in the list. Keys that it made go on unless `descendants=true` ' +
      'revokes them too, and ' +
      'those that they made; the header `Live-Descendants` says how many go on.',
  })
  @ApiNoContentResponse({
    headers: {
      'Live-Descendants': { description: 'Keys made by it, or by those, that still open something.', schema: COUNT },
    },
  })
  async revoke(
    @CurrentKey() by: AuthenticatedKey,
    @IdParam() id: string,
    @Query() { descendants }: RevokeKeyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    reply.header('Live-Descendants', await this.keys.revoke(by, id, descendants === 'true'));
  }
}
