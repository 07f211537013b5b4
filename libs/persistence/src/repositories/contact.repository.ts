import { Injectable } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, LessThan, QueryFailedError } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { ContactEntity } from '../entities/contact.entity.js';
import { type ImportedContact, type ImportedContacts, importContacts } from './contact-import.js';

export type ContactFields = Pick<
  ContactEntity,
  'externalId' | 'email' | 'phone' | 'locale' | 'timezone' | 'attributes'
>;

/** TypeORM takes attributes for columns of their own. */
type Row = QueryDeepPartialEntity<ContactEntity>;

export interface ContactFilter {
  externalId?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
}

@Injectable()
export class ContactRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {InputError} 409 when the tenant has one of that external id */
  async create(tenantId: string, fields: ContactFields, now: Date, id = newId()): Promise<ContactEntity> {
    const contact = { id, tenantId, ...fields, createdAt: now, updatedAt: now };
    await this.contacts.insert(contact as Row).catch(throwTaken);
    return contact;
  }

  async find(tenantId: string, id: string): Promise<ContactEntity | null> {
    return this.contacts.findOneBy({ tenantId, id });
  }

  /** A tenant's contacts, newest first. @param before id of the last one of the page before */
  async list(tenantId: string, filter: ContactFilter, limit: number, before?: string): Promise<ContactEntity[]> {
    const { externalId, email, phone } = filter;
    return this.contacts.find({
      where: {
        tenantId,
        ...(externalId !== undefined && { externalId }),
        ...(email !== undefined && { email }),
        ...(phone !== undefined && { phone }),
        ...(before !== undefined && { id: LessThan(before) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** @returns whether the tenant has it @throws {InputError} 409 when another has that external id */
  async update(tenantId: string, id: string, changes: Partial<ContactFields>, now: Date): Promise<boolean> {
    const row = { ...changes, updatedAt: now } as Row;
    const { affected } = await this.contacts.update({ tenantId, id }, row).catch(throwTaken);
    return affected === 1;
  }

  /** Writes a batch of a list. @returns how many came to be, and how many have changed */
  async import(tenantId: string, contacts: ImportedContact[], now: Date): Promise<ImportedContacts> {
    return importContacts(this.dataSource, tenantId, contacts, now);
  }

  /** With its devices. @returns whether the tenant had it */
  async remove(tenantId: string, id: string): Promise<boolean> {
    return (await this.contacts.delete({ tenantId, id })).affected === 1;
  }

  private get contacts() {
    return this.dataSource.getRepository(ContactEntity);
  }
}

function throwTaken(error: unknown): never {
  const { constraint } = (error instanceof QueryFailedError ? error.driverError : {}) as { constraint?: string };
  if (constraint === 'contact_tenant_id_external_id_key')
    throw InputError.of('external_id', 'is that of another contact', 409, 'name_taken');
  throw error;
}
