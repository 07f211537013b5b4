import { copyContent } from '@outbell/channels/channels.js';
import { Injectable, Logger } from '@nestjs/common';
import { Intake } from '@outbell/intake/intake.js';
import type { Acceptance, FallbackRequest, MessageRequest } from '@outbell/intake/message-request.js';
import { MessageControlRepository } from '@outbell/persistence/engine/message-control.repository.js';
import { MessageRepository } from '@outbell/persistence/repositories/message.repository.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { CodeOf } from '@outbell/shared/constants/problem-codes.js';
import { found, InputError, NotFoundError } from '@outbell/shared/errors.js';
import { reach } from '@outbell/shared/failpoints.js';
import { readInstant } from '@outbell/shared/instant.js';
import { parseIsoDuration } from '@outbell/shared/iso-duration.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { RefusedItem } from '../http/json-body.js';
import type { CreateMessageDto, FallbackDto } from './create-message.dto.js';
import { explain, type Explanation } from './explanation.js';
import { knownConnections } from './known-connections.js';
import type { ReadItem } from './read-items.js';

/** Accepts, explains, cancels and retries a tenant's messages. */
@Injectable()
export class MessagesService {
  private readonly logger = new Logger(MessagesService.name);
  private readonly accepted;

  constructor(
    private readonly intake: Intake,
    private readonly messages: MessageRepository,
    private readonly control: MessageControlRepository,
    private readonly installation: InstallationConnections,
    private readonly providers: ProviderRegistry,
    private readonly config: Config,
    metrics: Metrics,
  ) {
    this.accepted = metrics.counter('messages_accepted_total', 'Requests for a message', ['channel', 'result']);
  }

  /** @throws {InputError} when it is refused */
  async create(key: AuthenticatedKey, dto: CreateMessageDto, idempotencyKey?: string) {
    const request = toRequest(key, dto, idempotencyKey);
    const acceptance = await this.intake.accept(request);
    this.count([dto], [acceptance]);
    reach('accept.answering');
    if (!acceptance.accepted) throw new InputError(acceptance.errors, acceptance.status, acceptance.code);
    return acceptance;
  }

  /**
   * @param idempotencyKey of the whole batch
   * @returns an Error for an item that could not be written (a bug)
   */
  async createBatch(
    key: AuthenticatedKey,
    items: ReadItem[],
    idempotencyKey?: string,
  ): Promise<(Acceptance | Error)[]> {
    const requests = items.flatMap((item, batchIndex) =>
      item instanceof RefusedItem ? [] : [toRequest(key, item, idempotencyKey, batchIndex)],
    );
    const accepted = (await this.intake.acceptMany(requests)).values();
    const answers = items.map((item) => (item instanceof RefusedItem ? refusal(item) : next(accepted)));
    this.count(items, answers);
    for (const failed of answers.filter((answer) => answer instanceof Error))
      this.logger.error('an item of a batch could not be written', failed);
    reach('accept.answering');
    return answers;
  }

  async explain(tenantId: string, id: string): Promise<Explanation> {
    const history = found(await this.messages.history(tenantId, id), 'message', id);
    const now = await this.messages.deliveryContext(tenantId, id);
    const { channel, content } = history.message;
    const shared = this.installation.connectionsOf(channel);
    const cannotCarry = (provider: string) => this.providers.find(channel, provider)?.cannotCarry;
    const connections = knownConnections(now.connections, shared, cannotCarry, content?.code_over);
    return explain(history, { ...now, connections });
  }

  /** @throws {InputError} 409 when a worker has already begun, or it is over */
  async cancel(tenantId: string, id: string): Promise<void> {
    if (await this.control.cancel(tenantId, id)) return;
    throw await this.conflict(tenantId, id, 'message_not_cancelable', 'only a queued message can be canceled');
  }

  /** @throws {InputError} 409 when it is not one of those that have ended unsent or unknown */
  async retry(tenantId: string, id: string): Promise<void> {
    if (await this.control.requeue(tenantId, id, this.config.values.RETRY_ATTEMPTS)) return;
    const rule = 'only a failed, unknown or expired message can be retried';
    throw await this.conflict(tenantId, id, 'message_not_retryable', rule);
  }

  private async conflict(tenantId: string, id: string, code: CodeOf<409>, rule: string): Promise<Error> {
    const message = await this.messages.find(tenantId, id);
    if (!message) return new NotFoundError('message', id);
    return InputError.forField('status', `is ${message.status}; ${rule}`, 409, code);
  }

  private count(items: ReadItem[], acceptances: (Acceptance | Error)[]): void {
    const counts = Map.groupBy(
      acceptances.keys(),
      (index) => `${channelOf(items[index])} ${resultOf(acceptances[index])}`,
    );
    for (const [labels, { length }] of counts) {
      const [channel = '', result = ''] = labels.split(' ');
      this.accepted.inc({ channel, result }, length);
    }
  }
}

function refusal({ errors }: RefusedItem): Acceptance {
  return { accepted: false, status: 400, errors };
}

function next<T>(values: Iterator<T>): T {
  return values.next().value as T;
}

/** Names the channel for metrics: `none` of what is no message. */
function channelOf(item: ReadItem | undefined): string {
  return item instanceof RefusedItem ? 'none' : String(item?.channel);
}

function resultOf(acceptance: Acceptance | Error | undefined): string {
  if (acceptance === undefined || acceptance instanceof Error || !acceptance.accepted) return 'refused';
  return acceptance.repeated ? 'repeated' : 'accepted';
}

/**
 * Field by field: V8 makes a dictionary of an object that another is spread into, and a batch of them costs half as
 * much again.
 */
function toRequest(
  key: AuthenticatedKey,
  dto: CreateMessageDto,
  idempotencyKey?: string,
  batchIndex?: number,
): MessageRequest {
  const request: MessageRequest = {
    tenantId: key.tenantId,
    mode: key.mode,
    channel: dto.channel,
    to: dto.to,
    toContact: dto.to_contact,
    sender: dto.sender,
    template: dto.template,
    variables: dto.variables,
    scheduledAt: instant(dto.scheduled_at, 'scheduled_at'),
    expiresAt: instant(dto.expires_at, 'expires_at'),
    priority: dto.priority,
    metadata: dto.metadata,
    tags: dto.tags,
    topic: dto.topic,
    idempotencyKey,
    batchIndex,
    fallback: dto.fallback?.map(toFallback),
    onUnknown: dto.on_unknown,
  };
  copyContent(dto, request);
  return request;
}

function toFallback(dto: FallbackDto): FallbackRequest {
  const request: FallbackRequest = {
    channel: dto.channel,
    to: dto.to,
    sender: dto.sender,
    template: dto.template,
    variables: dto.variables,
    expiresAt: instant(dto.expires_at, 'expires_at'),
    afterMs: parseIsoDuration(dto.after) ?? 0,
  };
  copyContent(dto, request);
  return request;
}

function instant(text: string | undefined, field: string): Date | undefined {
  return text === undefined ? undefined : readInstant(text, field);
}
