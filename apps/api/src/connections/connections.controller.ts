import { Body, Controller, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { ConnectionEntity } from '@outbell/persistence/entities/connection.entity.js';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { IdParam, NewId } from '../http/param.decorators.js';
import { toPage } from '../http/page.dto.js';
import { ActionRoute, CreateRoute, DeleteRoute, ListRoute, ReadRoute, UpdateRoute } from '../http/route.decorators.js';
import type { Plain } from '../http/shown-as.js';
import { CreateConnectionDto, ListConnectionsQuery, UpdateConnectionDto } from './connection-requests.dto.js';
import {
  ConnectionDto,
  ConnectionPageDto,
  SavedConnectionDto,
  showConnection,
  VerificationDto,
} from './connection.dto.js';
import { CONNECTION_CHANGE_EXAMPLES, CONNECTION_EXAMPLES } from './connection.examples.js';
import { ConnectionsService } from './connections.service.js';

@ApiTags('connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @CreateRoute('connections:write', SavedConnectionDto, {
    summary: 'Make a connection to a provider',
    description:
      'Messages of its channel go through it at once. Its credentials are tried out at the provider, and saved ' +
      'whatever that says.',
    made: 'getConnection',
  })
  @ApiBody({ type: CreateConnectionDto, examples: CONNECTION_EXAMPLES })
  async createConnection(
    @CurrentKey() key: AuthenticatedKey,
    @Body() wanted: CreateConnectionDto,
    @NewId() id: string,
  ): Promise<SavedConnectionDto> {
    const connection = await this.connections.create(key, wanted, id);
    return { ...this.show(connection, key), verification: await this.connections.verify(connection) };
  }

  @ListRoute('connections:read', ConnectionPageDto, {
    summary: 'List connections, newest first',
    description: 'Those that are not active too.',
    testKeys: true,
  })
  async listConnections(@CurrentKey() key: AuthenticatedKey, @Query() query: ListConnectionsQuery) {
    const rows = await this.connections.list(key.tenantId, query, query.limit + 1);
    return toPage(rows, query.limit, (row) => this.show(row, key));
  }

  @ReadRoute('connections:read', ConnectionDto, {
    summary: 'Show a connection',
    description: 'Its credentials are never shown.',
    testKeys: true,
  })
  async getConnection(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return this.show(await this.connections.find(key.tenantId, id), key);
  }

  @UpdateRoute('connections:write', SavedConnectionDto, {
    summary: 'Change a connection',
    description: 'The next message already goes by the change.',
  })
  @ApiBody({ type: UpdateConnectionDto, examples: CONNECTION_CHANGE_EXAMPLES })
  async updateConnection(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: UpdateConnectionDto,
  ): Promise<SavedConnectionDto> {
    const connection = await this.connections.update(key, id, wanted);
    const shown = this.show(connection, key);
    return wanted.credentials ? { ...shown, verification: await this.connections.verify(connection) } : shown;
  }

  @ActionRoute('connections:write', VerificationDto, {
    path: ':id/verify',
    summary: 'Check a connection',
    description: 'Signs in at the provider, and sends nothing.',
  })
  async verifyConnection(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return this.connections.verify(await this.connections.find(key.tenantId, id));
  }

  @DeleteRoute('connections:write', {
    summary: 'Deactivate a connection',
    description: 'No message goes through it any more. It stays in the list, since messages refer to it.',
  })
  async deactivateConnection(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.connections.update(key, id, { active: false });
  }

  private show(row: Plain<ConnectionEntity>, key: AuthenticatedKey): Plain<ConnectionDto> {
    return showConnection({ ...row, callbackUrl: this.connections.callbackUrl(row, key) });
  }
}
