import { Body, Controller, Delete, Get, type MessageEvent, Post, Query, Sse } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { OpenToTestKeys } from '../auth/open-to-test-keys.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { NewId } from '../http/new-id.decorator.js';
import { toPage } from '../http/page.js';
import { PageQuery } from '../http/page.query.dto.js';
import { CreateSessionDto } from './create-session.dto.js';
import { PairingProgress } from './pairing-progress.service.js';
import { SessionDto, SessionPageDto, showSession } from './session.dto.js';
import { WhatsAppSessionsService } from './whatsapp-sessions.service.js';
import { SESSION_EXAMPLES } from './session.examples.js';

@ApiTags('whatsapp-sessions')
@Controller('v1/whatsapp-sessions')
export class WhatsAppSessionsController {
  constructor(
    private readonly sessions: WhatsAppSessionsService,
    private readonly progress: PairingProgress,
  ) {}

  @Post()
  @ApiBody({ type: CreateSessionDto, examples: SESSION_EXAMPLES })
  @RequireScope('connections:write')
  @Idempotent('find')
  @ApiOperation({
    summary: 'Link a telephone’s WhatsApp',
    description:
      'Unofficial (Baileys): WhatsApp does not allow it and may ban the number. Follow `GET …/events` for the code ' +
      'that the telephone ' +
      'needs; then a connection of the provider `baileys` can send through it.',
  })
  @Answers(201, SessionDto)
  async create(
    @CurrentKey() key: AuthenticatedKey,
    @Body() wanted: CreateSessionDto,
    @NewId() id: string,
  ): Promise<SessionDto> {
    return showSession(await this.sessions.create(key, wanted, id));
  }

  @Get()
  @RequireScope('connections:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'List WhatsApp sessions, newest first',
    description: 'By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, SessionPageDto)
  async list(@CurrentKey() key: AuthenticatedKey, @Query() { limit, cursor }: PageQuery): Promise<SessionPageDto> {
    return toPage(await this.sessions.list(key.tenantId, limit + 1, cursor), limit, showSession);
  }

  @Get(':id')
  @RequireScope('connections:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'Show a WhatsApp session',
    description: '`state` says whether messages can go through it, `reason` why not.',
  })
  @Answers(200, SessionDto)
  async find(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<SessionDto> {
    return showSession(await this.sessions.find(key.tenantId, id));
  }

  // Whoever sees the code can link the account to a device: that is more than reading.
  @Sse(':id/events')
  @RequireScope('connections:write')
  @ApiOperation({
    summary: 'Follow the pairing of a WhatsApp session',
    description:
      'Server-sent events: `waiting`, `qr {qr, image, expires_at}`, `code {code, expires_at}`, and at the end ' +
      '`connected {phone}` or ' +
      '`failed {reason}`.',
  })
  @ApiProduces('text/event-stream')
  async events(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<Observable<MessageEvent>> {
    await this.sessions.find(key.tenantId, id);
    return this.progress.of(key, id);
  }

  @Delete(':id')
  @RequireScope('connections:write')
  @ApiOperation({
    summary: 'Log a WhatsApp session out',
    description: 'It is deleted as soon as WhatsApp has been told, or cannot be told within half a minute.',
  })
  @Answers(202)
  async remove(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.sessions.remove(key, id);
  }
}
