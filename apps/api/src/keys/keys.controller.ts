import { Body, Controller, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { OpenToTestKeys, RequireScope } from '../auth/access.decorators.js';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { IdParam } from '../http/param.decorators.js';
import { RefusesIdempotencyKey } from '../http/idempotent.decorator.js';
import { PageQuery, toPage } from '../http/page.dto.js';
import { Answers, DeleteRoute, ListRoute, ReadRoute } from '../http/route.decorators.js';
import { CreateKeyDto, RevokeKeyQuery } from './key-requests.dto.js';
import { CreatedKeyDto, KeyDto, KeyPageDto, showKey } from './key.dto.js';
import { KEY_EXAMPLES } from './key.examples.js';
import { KeysService } from './keys.service.js';

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
  async createKey(@CurrentKey() by: AuthenticatedKey, @Body() wanted: CreateKeyDto) {
    const { row, key } = await this.keys.create(by, wanted);
    return { ...showKey(row), key };
  }

  @ListRoute('keys:read', KeyPageDto, { summary: 'List keys, newest first, revoked ones included', testKeys: true })
  async listKeys(@CurrentKey() by: AuthenticatedKey, @Query() page: PageQuery) {
    return toPage(await this.keys.list(by, page.limit + 1, page.cursor), page.limit, showKey);
  }

  @ReadRoute('keys:read', KeyDto, {
    summary: 'Show a key',
    description: 'Its secret half is never shown again.',
    testKeys: true,
  })
  async getKey(@CurrentKey() by: AuthenticatedKey, @IdParam() id: string) {
    return showKey(await this.keys.find(by, id));
  }

  @DeleteRoute('keys:write', {
    summary: 'Revoke a key',
    description:
      'Its next request is already refused. It stays in the list. Keys that it made go on unless `descendants=true` ' +
      'revokes them too, and those that they made; the header `Live-Descendants` says how many go on.',
    testKeys: true,
  })
  @ApiNoContentResponse({
    headers: {
      'Live-Descendants': { description: 'Keys made by it, or by those, that still open something.', schema: COUNT },
    },
  })
  async revokeKey(
    @CurrentKey() by: AuthenticatedKey,
    @IdParam() id: string,
    @Query() { descendants }: RevokeKeyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    reply.header('Live-Descendants', await this.keys.revoke(by, id, descendants === 'true'));
  }
}
