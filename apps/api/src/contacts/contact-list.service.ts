import { Injectable } from '@nestjs/common';
import type { ImportedContact } from '@outbell/persistence/repositories/contact-import.js';
import { ContactRepository } from '@outbell/persistence/repositories/contact.repository.js';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { InputError } from '@outbell/shared/errors.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import { checkJson } from '../http/check-json.js';
import type { ListBody } from '../http/lists/list-body.js';
import type { ImportDto } from '../http/lists/list-import.dto.js';
import { importList, type ListKind } from '../http/lists/list-import.js';
import { readAs } from '../http/read-dto.js';
import { ContactFieldsDto } from './contact-requests.dto.js';

const COLUMNS = {
  known: ['external_id', 'email', 'phone', 'locale', 'timezone', 'attributes'],
  required: [],
  ignored: ['id', 'created_at', 'updated_at'],
};

/** A tenant's contacts as whole lists. */
@Injectable()
export class ContactList {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly clock: Clock,
    private readonly loop: EventLoop,
  ) {}

  /** Makes or changes every contact of a list. @throws {InputError} for a bad header */
  import(tenantId: string, list: ListBody): Promise<ImportDto> {
    const kind: ListKind<ImportedContact> = {
      ...COLUMNS,
      read: readContact,
      store: (rows) => this.contacts.import(tenantId, rows, this.clock.now()),
    };
    return importList(list, kind, this.loop);
  }
}

function readContact(values: Record<string, unknown>, mostErrors: number): ImportedContact {
  const { attributes: written } = values;
  const attributes = typeof written === 'string' ? parseAttributes(written) : written;
  const fields = readAs(ContactFieldsDto, { ...values, ...(attributes !== undefined && { attributes }) }, mostErrors);
  const { external_id: externalId = null, email = null, phone = null, locale = null, timezone = null } = fields;
  if (externalId === null && email === null && phone === null) {
    const text = 'is required: give it, or email or phone, to know the contact by';
    throw InputError.forField('external_id', text, 400, 'required');
  }
  return {
    externalId,
    email: email && normalizeAddress('email', email, 'email'),
    phone: phone && normalizeAddress('sms', phone, 'phone'),
    locale,
    timezone,
    attributes: fields.attributes ?? null,
  };
}

/** A cell of CSV holds them as JSON. */
function parseAttributes(text: string): unknown {
  let attributes: unknown;
  try {
    attributes = JSON.parse(text);
  } catch {
    throw InputError.forField('attributes', 'is not valid JSON, such as {"plan":"pro"}', 400, 'wrong_format');
  }
  checkJson(attributes, ['attributes']);
  return attributes;
}
