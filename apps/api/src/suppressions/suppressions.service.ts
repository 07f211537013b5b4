import { Injectable, Logger } from '@nestjs/common';
import type { SuppressionEntity } from '@outbell/persistence/entities/suppression.entity.js';
import {
  type HoldingSuppression,
  SuppressionRepository,
} from '@outbell/persistence/repositories/suppression.repository.js';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { found, InputError } from '@outbell/shared/errors.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import type { CreateSuppressionDto, ListSuppressionsQuery } from './suppression-requests.dto.js';
import { scopeOf } from './suppression-scope.js';

/** Addresses a tenant must not message. */
@Injectable()
export class SuppressionsService {
  private readonly logger = new Logger(SuppressionsService.name);

  constructor(
    private readonly suppressions: SuppressionRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Suppresses an address; one that is suppressed already in this scope keeps its reason.
   *
   * @throws {InputError} for what is no address, or a topic that the scope does not go with
   */
  async add(by: AuthenticatedKey, wanted: CreateSuppressionDto): Promise<HoldingSuppression> {
    const { channel, address, reason } = wanted;
    const suppression = {
      channel,
      address: normalizeAddress(channel, address),
      reason,
      ...scopeOf(wanted),
      evidence: { key_prefix: by.prefix },
    };
    return this.suppressions.add(by.tenantId, suppression, this.clock.now());
  }

  /** @throws {InputError} for an address without its channel, or what is no address of it */
  async list(tenantId: string, query: ListSuppressionsQuery, limit: number): Promise<SuppressionEntity[]> {
    const { channel, address } = query;
    if (address === undefined) return this.suppressions.list(tenantId, { channel }, limit, query.cursor);
    if (!channel) throw InputError.forField('channel', 'is needed beside address', 400, 'required');
    return this.suppressions.list(
      tenantId,
      { channel, address: normalizeAddress(channel, address) },
      limit,
      query.cursor,
    );
  }

  /** @throws {NotFoundError} */
  async find(tenantId: string, id: string): Promise<SuppressionEntity> {
    return found(await this.suppressions.find(tenantId, id), 'suppression', id);
  }

  /** Lets the address be messaged again; whoever did so is on record. @throws {NotFoundError} */
  async remove(by: AuthenticatedKey, id: string): Promise<void> {
    const removed = found(await this.suppressions.remove(by.tenantId, id), 'suppression', id);
    const { channel, reason } = removed;
    this.logger.log('suppression removed', { audit: true, keyPrefix: by.prefix, suppressionId: id, channel, reason });
  }
}
