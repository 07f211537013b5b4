import { Injectable, Logger } from '@nestjs/common';
import { TenantPauseRepository } from '@outbell/persistence/engine/tenant-pause.repository.js';
import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { InputError, NotFoundError } from '@outbell/shared/errors.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { showTenant, type TenantDto } from './tenant.dto.js';

const EVENTS = 20;

/** The tenant as a whole: whether it may send, and letting it send again. */
@Injectable()
export class TenantService {
  private readonly logger = new Logger(TenantService.name);

  constructor(
    private readonly tenants: TenantRepository,
    private readonly pauses: TenantPauseRepository,
  ) {}

  async show(tenantId: string): Promise<TenantDto> {
    const [tenant, events] = await Promise.all([this.tenants.find(tenantId), this.tenants.events(tenantId, EVENTS)]);
    if (!tenant) throw new NotFoundError('tenant', tenantId);
    return showTenant(tenant, events);
  }

  /** @throws {InputError} 409 when it is not paused */
  async resume({ tenantId, prefix }: AuthenticatedKey): Promise<TenantDto> {
    if (!(await this.pauses.resume(tenantId, prefix)))
      throw InputError.forField('status', 'the tenant is not paused', 409);
    this.logger.log('tenant resumed', { audit: true, keyPrefix: prefix, tenantId });
    return this.show(tenantId);
  }
}
