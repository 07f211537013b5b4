import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newId } from '@outbell/shared/uuid.js';
import { Repository } from 'typeorm';
import { TenantEntity } from '../entities/tenant.entity.js';
import { refuseTaken } from './refuse-taken.js';

@Injectable()
export class TenantRepository {
  constructor(@InjectRepository(TenantEntity) private readonly tenants: Repository<TenantEntity>) {}

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

  /** All of them, by name: for the operator. */
  async list(): Promise<TenantEntity[]> {
    return this.tenants.find({ order: { name: 'ASC' } });
  }
}
