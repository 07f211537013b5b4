import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConnectionEntity } from '@outbell/persistence/entities/connection.entity.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { OpenToTestKeys } from '../auth/open-to-test-keys.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { NewId } from '../http/new-id.decorator.js';
import { toPage } from '../http/page.js';
import {
  ConnectionDto,
  ConnectionPageDto,
  SavedConnectionDto,
  showConnection,
  VerificationDto,
} from './connection.dto.js';
import { ConnectionsService } from './connections.service.js';
import { CreateConnectionDto } from './create-connection.dto.js';
import { ListConnectionsQuery } from './list-connections.query.dto.js';
import { UpdateConnectionDto } from './update-connection.dto.js';
import { CONNECTION_CHANGE_EXAMPLES, CONNECTION_EXAMPLES } from './connection.examples.js';

@ApiTags('connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Post()
  @ApiBody({ type: CreateConnectionDto, examples: CONNECTION_EXAMPLES })
  @RequireScope('connections:write')
  @Idempotent('find')
  @ApiOperation({
    summary: 'Make a connection to a provider',
    description:
      'Messages of its channel go through it at once. Its credentials are tried out at the provider, and saved ' +
      'whatever that says.',
  })
  @Answers(201, SavedConnectionDto)
  async create(
    @CurrentKey() key: AuthenticatedKey,
    @Body() wanted: CreateConnectionDto,
    @NewId() id: string,
  ): Promise<SavedConnectionDto> {
    const connection = await this.connections.create(key, wanted, id);
    return this.showSaved(connection, key, await this.connections.verify(connection));
  }

  @Get()
  @RequireScope('connections:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'List connections, newest first',
    description: 'Those that are not active too. By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, ConnectionPageDto)
  async list(@CurrentKey() key: AuthenticatedKey, @Query() query: ListConnectionsQuery): Promise<ConnectionPageDto> {
    return toPage(await this.connections.list(key.tenantId, query, query.limit + 1), query.limit, (row) =>
      this.show(row, key),
    );
  }

  @Get(':id')
  @RequireScope('connections:read')
  @OpenToTestKeys()
  @ApiOperation({ summary: 'Show a connection', description: 'Its credentials are never shown.' })
  @Answers(200, ConnectionDto)
  async find(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<ConnectionDto> {
    return this.show(await this.connections.find(key.tenantId, id), key);
  }

  @Patch(':id')
  @ApiBody({ type: UpdateConnectionDto, examples: CONNECTION_CHANGE_EXAMPLES })
  @RequireScope('connections:write')
  @ApiOperation({ summary: 'Change a connection', description: 'The next message already goes by the change.' })
  @Answers(200, SavedConnectionDto)
  async update(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: UpdateConnectionDto,
  ): Promise<SavedConnectionDto> {
    const connection = await this.connections.update(key, id, wanted);
    return this.showSaved(connection, key, wanted.credentials ? await this.connections.verify(connection) : null);
  }

  @Post(':id/verify')
  @RequireScope('connections:write')
  @Idempotent()
  @ApiOperation({ summary: 'Check a connection', description: 'Signs in at the provider, and sends nothing.' })
  @Answers(200, VerificationDto)
  async verify(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<VerificationDto> {
    return this.connections.verify(await this.connections.find(key.tenantId, id));
  }

  @Delete(':id')
  @RequireScope('connections:write')
  @ApiOperation({
    summary: 'Deactivate a connection',
    description: 'No message goes through it any more. It stays in the list, since messages refer to it.',
  })
  @Answers(204)
  async deactivate(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.connections.update(key, id, { active: false });
  }

  private show(row: ConnectionEntity, key: AuthenticatedKey): ConnectionDto {
    return showConnection(row, this.connections.callbackUrl(row, key));
  }

  private showSaved(
    row: ConnectionEntity,
    key: AuthenticatedKey,
    verification: VerificationDto | null,
  ): SavedConnectionDto {
    return Object.assign(this.show(row, key), verification && { verification });
  }
}
