import { Injectable } from '@nestjs/common';
import type { ContactEntity } from '@outbell/persistence/entities/contact.entity.js';
import { type ContactFields, ContactRepository } from '@outbell/persistence/repositories/contact.repository.js';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { found, NotFoundError } from '@outbell/shared/errors.js';
import type { ContactFieldsDto, ListContactsQuery } from './contact-requests.dto.js';

const NOTHING: ContactFields = {
  externalId: null,
  email: null,
  phone: null,
  locale: null,
  timezone: null,
  attributes: {},
};

/** The people a tenant writes to. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {InputError} for what is no address, or an external id that is taken (409) */
  async create(tenantId: string, wanted: ContactFieldsDto, id: string): Promise<ContactEntity> {
    return this.contacts.create(tenantId, { ...NOTHING, ...fieldsOf(wanted) }, this.clock.now(), id);
  }

  /** @throws {NotFoundError} */
  async find(tenantId: string, id: string): Promise<ContactEntity> {
    return found(await this.contacts.find(tenantId, id), 'contact', id);
  }

  /** @throws {InputError} for what is no address */
  async list(tenantId: string, query: ListContactsQuery, limit: number): Promise<ContactEntity[]> {
    const { external_id: externalId, email, phone } = query;
    const filter = {
      externalId,
      email: email && normalizeAddress('email', email, 'email'),
      phone: phone && normalizeAddress('sms', phone, 'phone'),
    };
    return this.contacts.list(tenantId, filter, limit, query.cursor);
  }

  /** @throws {NotFoundError} @throws {InputError} for what is no address, or an external id that is taken (409) */
  async update(tenantId: string, id: string, wanted: ContactFieldsDto): Promise<ContactEntity> {
    found(await this.contacts.update(tenantId, id, fieldsOf(wanted), this.clock.now()), 'contact', id);
    return this.find(tenantId, id);
  }

  /** @throws {NotFoundError} */
  async remove(tenantId: string, id: string): Promise<void> {
    if (!(await this.contacts.remove(tenantId, id))) throw new NotFoundError('contact', id);
  }
}

/** Those that were given, as they are stored. @throws {InputError} for what is no address */
function fieldsOf(wanted: ContactFieldsDto): Partial<ContactFields> {
  const { external_id: externalId, email, phone, locale, timezone, attributes } = wanted;
  return {
    ...(externalId !== undefined && { externalId }),
    ...(email !== undefined && { email: email && normalizeAddress('email', email, 'email') }),
    ...(phone !== undefined && { phone: phone && normalizeAddress('sms', phone, 'phone') }),
    ...(locale !== undefined && { locale }),
    ...(timezone !== undefined && { timezone }),
    ...(attributes !== undefined && { attributes: attributes ?? {} }),
  };
}
