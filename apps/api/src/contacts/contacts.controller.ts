import { Body, Controller, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { IdParam, NewId } from '../http/param.decorators.js';
import { listOf } from '../http/lists/list-body.js';
import { sendList } from '../http/lists/list-export.js';
import { ExportRoute, ImportRoute } from '../http/lists/list-routes.js';
import { toPage } from '../http/page.dto.js';
import { CreateRoute, DeleteRoute, ListRoute, ReadRoute, UpdateRoute } from '../http/route.decorators.js';
import { ContactFieldsDto, ListContactsQuery } from './contact-requests.dto.js';
import { ContactList } from './contact-list.service.js';
import { ContactDto, ContactPageDto, ContactWithDevicesDto, showContact, showWithDevices } from './contact.dto.js';
import { CONTACT_CHANGE_EXAMPLES, CONTACT_EXAMPLES, DEVICE_EXAMPLES } from './contact.examples.js';
import { ContactsService } from './contacts.service.js';
import { DeviceDto, SeeDeviceDto, showDevice } from './device.dto.js';
import { DevicesService } from './devices.service.js';

@ApiTags('contacts')
@Controller('v1/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly devices: DevicesService,
    private readonly lists: ContactList,
  ) {}

  @CreateRoute('contacts:write', ContactDto, {
    summary: 'Make a contact',
    description: 'A person who can be messaged.',
    made: 'getContact',
  })
  @ApiBody({ type: ContactFieldsDto, examples: CONTACT_EXAMPLES })
  async createContact(@CurrentKey() key: AuthenticatedKey, @Body() wanted: ContactFieldsDto, @NewId() id: string) {
    return showContact(await this.contacts.create(key.tenantId, wanted, id));
  }

  @ListRoute('contacts:read', ContactPageDto, { summary: 'List contacts, newest first' })
  async listContacts(@CurrentKey() key: AuthenticatedKey, @Query() query: ListContactsQuery) {
    return toPage(await this.contacts.list(key.tenantId, query, query.limit + 1), query.limit, showContact);
  }

  @ImportRoute('contacts:write', {
    rows: 'contacts',
    example: 'external_id,email,phone\ncustomer-17,ann@example.org,+33612345678\n',
    description:
      'Each row is stored or refused by itself, and told by its line. Columns: external_id, email, phone, locale, ' +
      'timezone, attributes (as JSON). A row is the contact of its external id; without one, that of its email, else ' +
      'of its phone; else a new one. What is empty stays as it is; the same list again changes nothing.',
  })
  importContacts(@CurrentKey() key: AuthenticatedKey, @Req() request: FastifyRequest) {
    return this.lists.import(key.tenantId, listOf(request));
  }

  @ExportRoute('contacts:read', 'contacts')
  async exportContacts(@CurrentKey() { tenantId }: AuthenticatedKey, @Res() reply: FastifyReply): Promise<void> {
    const columns = ['external_id', 'email', 'phone', 'locale', 'timezone', 'attributes', 'created_at', 'updated_at'];
    await sendList(reply, columns, async (page) => {
      return (await this.contacts.list(tenantId, page, page.limit)).map(showContact);
    });
  }

  @ReadRoute('contacts:read', ContactWithDevicesDto, {
    summary: 'Show a contact with its devices',
    description: 'Its addresses, its attributes, and the devices that a push to it can reach.',
  })
  async getContact(@CurrentKey() { tenantId }: AuthenticatedKey, @IdParam() id: string) {
    return showWithDevices(await this.contacts.find(tenantId, id), await this.devices.list(tenantId, id));
  }

  @UpdateRoute('contacts:write', ContactDto, {
    summary: 'Change a contact',
    description: 'What is left out stays as it is; null takes it away.',
  })
  @ApiBody({ type: ContactFieldsDto, examples: CONTACT_CHANGE_EXAMPLES })
  async updateContact(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string, @Body() wanted: ContactFieldsDto) {
    return showContact(await this.contacts.update(key.tenantId, id, wanted));
  }

  @DeleteRoute('contacts:write', {
    summary: 'Remove a contact with its devices',
    description: 'Messages to it, and suppressions, stay.',
  })
  deleteContact(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return this.contacts.remove(key.tenantId, id);
  }

  @CreateRoute('contacts:write', DeviceDto, {
    path: ':id/devices',
    summary: 'Register a device of a contact',
    description:
      'Whenever the app or the browser has a token: one that is known is noted as seen, and passes to this contact ' +
      'if it was another’s. A token that a vendor calls dead is removed by itself.',
  })
  @ApiBody({ type: SeeDeviceDto, examples: DEVICE_EXAMPLES })
  async registerDevice(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string, @Body() wanted: SeeDeviceDto) {
    return showDevice(await this.devices.see(key.tenantId, id, wanted));
  }

  @DeleteRoute('contacts:write', {
    path: ':id/devices/:deviceId',
    summary: 'Remove a device of a contact',
    description: 'No push goes to it any more, until it is registered again.',
  })
  deleteDevice(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string, @IdParam('deviceId') deviceId: string) {
    return this.devices.remove(key.tenantId, id, deviceId);
  }
}
