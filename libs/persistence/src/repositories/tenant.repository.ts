import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newId } from '@outbell/shared/uuid.js';
import { Repository } from 'typeorm';
import { TenantEventEntity } from '../entities/tenant-event.entity.js';
import { TenantEntity } from '../entities/tenant.entity.js';
import { refuseTaken } from './refuse-taken.js';

@Injectable()
export class TenantRepository {
  constructor(
    @InjectRepository(TenantEntity) private readonly tenants: Repository<TenantEntity>,
    @InjectRepository(TenantEventEntity) private readonly history: Repository<TenantEventEntity>,
  ) {}

  /** @throws {InputError} 409 when there is one of that name */
  async create(name: string, now: Date): Promise<Pick<TenantEntity, 'id' | 'name' | 'rateLimits' | 'createdAt'>> {
    const tenant = { id: newId(), name, rateLimits: '', createdAt: now };
    await this.tenants.insert(tenant).catch(refuseTaken('name', 'is taken by another tenant'));
    return tenant;
  }

  async find(id: string): Promise<TenantEntity | null> {
    return this.tenants.findOneBy({ id });
  }

  async findByName(name: string): Promise<TenantEntity | null> {
    return this.tenants.findOneBy({ name });
  }

  /** What happened to a tenant as a whole, newest first. */
  events(tenantId: string, limit: number): Promise<TenantEventEntity[]> {
    return this.history.find({ where: { tenantId }, order: { at: 'DESC' }, take: limit });
  }

  /** All of them, by name: for the operator. */
  async list(): Promise<TenantEntity[]> {
    return this.tenants.find({ order: { name: 'ASC' } });
  }
}
