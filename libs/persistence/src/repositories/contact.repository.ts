import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newId } from '@outbell/shared/uuid.js';
import { Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { ContactEntity } from '../entities/contact.entity.js';
import { type ImportedContact, type ImportedContacts, importContacts } from './contact-import.js';
import { refuseTaken } from './refuse-taken.js';
import { TenantRows } from './tenant-rows.js';

export type ContactFields = Pick<
  ContactEntity,
  'externalId' | 'email' | 'phone' | 'locale' | 'timezone' | 'attributes'
>;

/** TypeORM takes attributes for columns of their own. */
type Row = QueryDeepPartialEntity<ContactEntity>;

@Injectable()
export class ContactRepository extends TenantRows<ContactEntity> {
  constructor(@InjectRepository(ContactEntity) rows: Repository<ContactEntity>) {
    super(rows);
  }

  /** @throws {InputError} 409 when the tenant has one of that external id */
  async create(tenantId: string, fields: ContactFields, now: Date, id = newId()): Promise<ContactEntity> {
    const contact = { id, tenantId, ...fields, createdAt: now, updatedAt: now };
    await this.rows.insert(contact as Row).catch(refuseTakenId);
    return contact;
  }

  /** @returns whether the tenant has it @throws {InputError} 409 when another has that external id */
  async update(tenantId: string, id: string, changes: Partial<ContactFields>, now: Date): Promise<boolean> {
    const row = { ...changes, updatedAt: now } as Row;
    const { affected } = await this.rows.update({ tenantId, id }, row).catch(refuseTakenId);
    return affected === 1;
  }

  /** Writes a batch of a list. @returns how many came to be, and how many have changed */
  async import(tenantId: string, contacts: ImportedContact[], now: Date): Promise<ImportedContacts> {
    return importContacts(this.rows.manager, tenantId, contacts, now);
  }

  /** With its devices. @returns whether the tenant had it */
  async remove(tenantId: string, id: string): Promise<boolean> {
    return (await this.rows.delete({ tenantId, id })).affected === 1;
  }
}

const refuseTakenId = refuseTaken(
  'external_id',
  'is that of another contact',
  'name_taken',
  'contact_tenant_id_external_id_key',
);
