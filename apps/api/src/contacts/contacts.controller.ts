import { Body, Controller, Delete, Get, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { listOf } from '../http/lists/list-body.js';
import { sendList } from '../http/lists/list-export.js';
import type { ImportDto } from '../http/lists/list-import.dto.js';
import { ExportsList, ImportsList } from '../http/lists/list-routes.js';
import { NewId } from '../http/new-id.decorator.js';
import { toPage } from '../http/page.js';
import { ContactList } from './contact-list.service.js';
import { ContactFieldsDto } from './contact-fields.dto.js';
import { ContactDto, ContactPageDto, ContactWithDevicesDto, showContact, showWithDevices } from './contact.dto.js';
import { ContactsService } from './contacts.service.js';
import { DeviceDto, SeeDeviceDto, showDevice } from './device.dto.js';
import { DevicesService } from './devices.service.js';
import { ListContactsQuery } from './list-contacts.query.dto.js';
import { CONTACT_CHANGE_EXAMPLES, CONTACT_EXAMPLES, DEVICE_EXAMPLES } from './contact.examples.js';

@ApiTags('contacts')
@Controller('v1/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly devices: DevicesService,
    private readonly lists: ContactList,
  ) {}

  @Post()
  @ApiBody({ type: ContactFieldsDto, examples: CONTACT_EXAMPLES })
  @RequireScope('contacts:write')
  @Idempotent('find')
  @ApiOperation({ summary: 'Make a contact', description: 'A person who can be messaged.' })
  @Answers(201, ContactDto)
  async create(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @Body() wanted: ContactFieldsDto,
    @NewId() id: string,
  ): Promise<ContactDto> {
    return showContact(await this.contacts.create(tenantId, wanted, id));
  }

  @Get()
  @RequireScope('contacts:read')
  @ApiOperation({
    summary: 'List contacts, newest first',
    description: 'By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, ContactPageDto)
  async list(@CurrentKey() { tenantId }: AuthenticatedKey, @Query() query: ListContactsQuery): Promise<ContactPageDto> {
    return toPage(await this.contacts.list(tenantId, query, query.limit + 1), query.limit, showContact);
  }

  @RequireScope('contacts:write')
  @ImportsList({
    rows: 'contacts',
    example: 'external_id,email,phone\ncustomer-17,ann@example.org,+33612345678\n',
    description:
      'Each row is stored or refused by itself, and told by its line. Columns: external_id, email, phone, locale, ' +
      'timezone, attributes (as JSON). ' +
      'A row is the contact of its external id; without one, that of its email, else of its phone; else a new one. ' +
      'What is empty stays as it is; ' +
      'the same list again changes nothing.',
  })
  import(@CurrentKey() key: AuthenticatedKey, @Req() request: FastifyRequest): Promise<ImportDto> {
    return this.lists.import(key.tenantId, listOf(request));
  }

  @RequireScope('contacts:read')
  @ExportsList('contacts')
  async export(@CurrentKey() { tenantId }: AuthenticatedKey, @Res() reply: FastifyReply): Promise<void> {
    await sendList(
      reply,
      ['external_id', 'email', 'phone', 'locale', 'timezone', 'attributes', 'created_at', 'updated_at'],
      async (limit, before) => {
        return (await this.lists.page(tenantId, limit, before)).map(showContact);
      },
    );
  }

  @Get(':id')
  @RequireScope('contacts:read')
  @ApiOperation({
    summary: 'Show a contact with its devices',
    description: 'Its addresses, its attributes, and the devices that a push to it can reach.',
  })
  @Answers(200, ContactWithDevicesDto)
  async find(@CurrentKey() { tenantId }: AuthenticatedKey, @IdParam() id: string): Promise<ContactWithDevicesDto> {
    return showWithDevices(await this.contacts.find(tenantId, id), await this.devices.list(tenantId, id));
  }

  @Patch(':id')
  @ApiBody({ type: ContactFieldsDto, examples: CONTACT_CHANGE_EXAMPLES })
  @RequireScope('contacts:write')
  @ApiOperation({ summary: 'Change a contact', description: 'What is left out stays as it is; null takes it away.' })
  @Answers(200, ContactDto)
  async update(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: ContactFieldsDto,
  ): Promise<ContactDto> {
    return showContact(await this.contacts.update(tenantId, id, wanted));
  }

  @Delete(':id')
  @RequireScope('contacts:write')
  @ApiOperation({
    summary: 'Remove a contact with its devices',
    description: 'Messages to it, and suppressions, stay.',
  })
  @Answers(204)
  async remove(@CurrentKey() { tenantId }: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.contacts.remove(tenantId, id);
  }

  @Post(':id/devices')
  @ApiBody({ type: SeeDeviceDto, examples: DEVICE_EXAMPLES })
  @RequireScope('contacts:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Register a device of a contact',
    description:
      'Whenever the app or the browser has a token: one that is known is noted as seen, and passes to this contact ' +
      'if it was ' +
      'another’s. A token that a vendor calls dead is removed by itself.',
  })
  @Answers(201, DeviceDto)
  async seeDevice(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: SeeDeviceDto,
  ): Promise<DeviceDto> {
    return showDevice(await this.devices.see(tenantId, id, wanted));
  }

  @Delete(':id/devices/:deviceId')
  @RequireScope('contacts:write')
  @ApiOperation({
    summary: 'Remove a device of a contact',
    description: 'No push goes to it any more, until it is registered again.',
  })
  @Answers(204)
  async removeDevice(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @IdParam() id: string,
    @IdParam('deviceId') deviceId: string,
  ): Promise<void> {
    await this.devices.remove(tenantId, id, deviceId);
  }
}
