import { Body, Controller, type MessageEvent, Query, Sse } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { RequireScope } from '../auth/access.decorators.js';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { IdParam, NewId } from '../http/param.decorators.js';
import { PageQuery, toPage } from '../http/page.dto.js';
import { CreateRoute, DeleteRoute, ListRoute, ReadRoute } from '../http/route.decorators.js';
import { CreateSessionDto } from './create-session.dto.js';
import { PairingProgress } from './pairing-progress.service.js';
import { SessionDto, SessionPageDto, showSession } from './session.dto.js';
import { SESSION_EXAMPLES } from './session.examples.js';
import { WhatsAppSessionsService } from './whatsapp-sessions.service.js';

@ApiTags('whatsapp-sessions')
@Controller('v1/whatsapp-sessions')
export class WhatsAppSessionsController {
  constructor(
    private readonly sessions: WhatsAppSessionsService,
    private readonly progress: PairingProgress,
  ) {}

  @CreateRoute('connections:write', SessionDto, {
    summary: 'Link a telephone’s WhatsApp',
    description:
      'Unofficial (Baileys): WhatsApp does not allow it and may ban the number. Follow `GET …/events` for the code ' +
      'that the telephone needs; then a connection of the provider `baileys` can send through it.',
    made: 'getWhatsAppSession',
  })
  @ApiBody({ type: CreateSessionDto, examples: SESSION_EXAMPLES })
  async createWhatsAppSession(
    @CurrentKey() key: AuthenticatedKey,
    @Body() wanted: CreateSessionDto,
    @NewId() id: string,
  ) {
    return showSession(await this.sessions.create(key, wanted, id));
  }

  @ListRoute('connections:read', SessionPageDto, { summary: 'List WhatsApp sessions, newest first', testKeys: true })
  async listWhatsAppSessions(@CurrentKey() key: AuthenticatedKey, @Query() { limit, cursor }: PageQuery) {
    return toPage(await this.sessions.list(key.tenantId, limit + 1, cursor), limit, showSession);
  }

  @ReadRoute('connections:read', SessionDto, {
    summary: 'Show a WhatsApp session',
    description: '`state` says whether messages can go through it, `reason` why not.',
    testKeys: true,
  })
  async getWhatsAppSession(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return showSession(await this.sessions.find(key.tenantId, id));
  }

  // Whoever sees the code can link the account to a device: that is more than reading.
  @Sse(':id/events')
  @RequireScope('connections:write')
  @ApiOperation({
    summary: 'Follow the pairing of a WhatsApp session',
    description:
      'Server-sent events: `waiting`, `qr {qr, image, expires_at}`, `code {code, expires_at}`, and at the end ' +
      '`connected {phone}` or `failed {reason}`.',
  })
  @ApiProduces('text/event-stream')
  async followWhatsAppSession(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
  ): Promise<Observable<MessageEvent>> {
    await this.sessions.find(key.tenantId, id);
    return this.progress.of(key, id);
  }

  @DeleteRoute('connections:write', {
    status: 202,
    summary: 'Log a WhatsApp session out',
    description: 'It is deleted as soon as WhatsApp has been told, or cannot be told within half a minute.',
  })
  deleteWhatsAppSession(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return this.sessions.remove(key, id);
  }
}
