import { Injectable } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';
import { TenantEntity } from '../entities/tenant.entity.js';

@Injectable()
export class TenantRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {InputError} 409 when there is one of that name */
  async create(name: string, now: Date): Promise<Pick<TenantEntity, 'id' | 'name' | 'rateLimits' | 'createdAt'>> {
    const tenant = { id: newId(), name, rateLimits: '', createdAt: now };
    const inserted: object[] = await this.dataSource.query(
      `INSERT INTO tenant (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING id`,
      [tenant.id, name, now],
    );
    if (inserted.length === 0) throw InputError.of('name', 'is taken by another tenant', 409, 'name_taken');
    return tenant;
  }

  async find(id: string): Promise<TenantEntity | null> {
    return this.dataSource.getRepository(TenantEntity).findOneBy({ id });
  }

  async findByName(name: string): Promise<TenantEntity | null> {
    return this.dataSource.getRepository(TenantEntity).findOneBy({ name });
  }

  /** All of them, by name: for the operator. */
  async list(): Promise<TenantEntity[]> {
    return this.dataSource.getRepository(TenantEntity).find({ order: { name: 'ASC' } });
  }
}
