import { Body, Controller, Post, Query, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiConflictResponse,
  ApiHeader,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { MessageRepository } from '@outbell/persistence/repositories/message.repository.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { found } from '@outbell/shared/errors.js';
import { readInstant } from '@outbell/shared/instant.js';
import type { FastifyReply } from 'fastify';
import { OpenToTestKeys, RequireScope } from '../auth/access.decorators.js';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { closedToTestKeys } from '../auth/scope.guard.js';
import { IdempotencyKey, IdParam } from '../http/param.decorators.js';
import { KEY_HEADER } from '../http/idempotent.decorator.js';
import { toPage } from '../http/page.dto.js';
import { Problem } from '../http/problem.js';
import { ActionRoute, Answers, ListRoute, ReadRoute } from '../http/route.decorators.js';
import { AcceptedDto, BatchDto, showAccepted, showResult } from './acceptance.dto.js';
import { BATCH_LIMIT, CreateBatchDto, CreateMessageDto } from './create-message.dto.js';
import { ExplanationDto, showExplanation } from './explanation.dto.js';
import { ListMessagesQuery } from './list-messages.query.dto.js';
import { MessagePageDto, showMessage } from './message.dto.js';
import { MessagesService } from './messages.service.js';
import { readItems } from './read-items.js';
import { TestMessagesGuard } from './test-messages.guard.js';
import { MessageWithTimelineDto, showHistory } from './timeline.dto.js';
import { BATCH_EXAMPLES, MESSAGE_EXAMPLES } from './message.examples.js';

@ApiTags('messages')
@UseGuards(TestMessagesGuard)
@Controller('v1/messages')
export class MessagesController {
  constructor(
    private readonly service: MessagesService,
    private readonly messages: MessageRepository,
  ) {}

  @Post()
  @ApiBody({ type: CreateMessageDto, examples: MESSAGE_EXAMPLES })
  @RequireScope('messages:write')
  @OpenToTestKeys()
  @ApiOperation({ summary: 'Send a message', description: 'Once answered 202 it is never lost.' })
  @ApiHeader(KEY_HEADER)
  @Answers(202, AcceptedDto)
  @ApiUnprocessableEntityResponse({ type: Problem, description: 'The key was used for another request.' })
  async createMessage(
    @CurrentKey() key: AuthenticatedKey,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() dto: CreateMessageDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const acceptance = await this.service.create(key, dto, idempotencyKey);
    reply.request.logContext.messageId = acceptance.id;
    if (acceptance.repeated) reply.header('Idempotent-Replayed', 'true');
    return showAccepted(acceptance);
  }

  @ActionRoute('messages:write', BatchDto, {
    path: 'batch',
    status: 202,
    summary: 'Send up to 1,000 messages',
    description: 'Each item is accepted or refused by itself, a malformed one too.',
    testKeys: true,
  })
  @ApiBody({ type: CreateBatchDto, examples: BATCH_EXAMPLES })
  @RouteConfig({ batch: { list: 'messages', maxItems: BATCH_LIMIT } })
  @ApiUnprocessableEntityResponse({ type: Problem, description: 'The key was used for another batch.' })
  async createMessageBatch(
    @CurrentKey() key: AuthenticatedKey,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() dto: CreateBatchDto,
  ) {
    const items = readItems(dto.messages);
    return { results: (await this.service.createBatch(key, items, idempotencyKey)).map(showResult) };
  }

  @ListRoute('messages:read', MessagePageDto, {
    summary: 'List messages, newest first',
    description:
      'All conditions hold. One request looks through 20,000 messages at most, unless it names a recipient or a tag: ' +
      'a page may hold fewer than `limit`, even none, and still have a `next_cursor`, by which the search goes on.',
    testKeys: true,
  })
  async listMessages(@CurrentKey() key: AuthenticatedKey, @Query() query: ListMessagesQuery) {
    const { limit, cursor, created_after, created_before, recipient, metadata, ...same } = query;
    if (key.mode === 'test' && query.mode === 'live') throw closedToTestKeys();
    const filter = {
      ...same,
      mode: key.mode === 'test' ? key.mode : query.mode,
      recipient: recipient === undefined ? undefined : storedAddress(query.channel, recipient),
      metadata: metadata?.map(keyAndValue),
      before: cursor,
      createdAfter: created_after === undefined ? undefined : readInstant(created_after, 'created_after'),
      createdBefore: created_before === undefined ? undefined : readInstant(created_before, 'created_before'),
    };
    const { rows, scannedTo } = await this.messages.list(key.tenantId, filter, limit + 1);
    return toPage(rows, limit, showMessage, scannedTo);
  }

  @ReadRoute('messages:read', MessageWithTimelineDto, {
    summary: 'Read a message with its timeline',
    description: 'What happened to it, each call to a provider, and what goes by other channels.',
    testKeys: true,
  })
  async getMessage(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return showHistory(found(await this.messages.history(key.tenantId, id), 'message', id));
  }

  @ReadRoute('messages:read', ExplanationDto, {
    path: ':id/explain',
    summary: 'Why was it not sent (yet)?',
    description: 'Every step, with the values seen, in order.',
    testKeys: true,
  })
  async explainMessage(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return showExplanation(await this.service.explain(key.tenantId, id));
  }

  @ActionRoute('messages:write', MessageWithTimelineDto, {
    path: ':id/cancel',
    summary: 'Take a queued message back',
    description: 'Nothing of it is sent, nor of its fallbacks. Only before a worker has begun.',
    testKeys: true,
  })
  @ApiConflictResponse({ type: Problem, description: 'A worker has already begun, or it is over.' })
  async cancelMessage(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    await this.service.cancel(key.tenantId, id);
    return this.getMessage(key, id);
  }

  @ActionRoute('messages:write', MessageWithTimelineDto, {
    path: ':id/retry',
    status: 202,
    summary: 'Queue a failed, unknown or expired message again',
    description: 'An `unknown` one may then arrive twice: the choice is yours, and the timeline says so.',
    testKeys: true,
  })
  @ApiConflictResponse({ type: Problem, description: 'It is in no state to be retried.' })
  async retryMessage(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    await this.service.retry(key.tenantId, id);
    return this.getMessage(key, id);
  }
}

/** As messages hold it, whatever its spelling. */
function storedAddress(channel: Channel | undefined, recipient: string): string {
  return normalizeAddress(channel ?? (recipient.includes('@') ? 'email' : 'sms'), recipient, 'recipient');
}

/** `order_id=A-17`; a value may hold more of them. */
function keyAndValue(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
