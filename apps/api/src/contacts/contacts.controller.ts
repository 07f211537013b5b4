import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { NewId } from '../http/new-id.decorator.js';
import { toPage } from '../http/page.js';
import { ContactFieldsDto } from './contact-fields.dto.js';
import { ContactDto, ContactPageDto, ContactWithDevicesDto, showContact, showWithDevices } from './contact.dto.js';
import { ContactsService } from './contacts.service.js';
import { DeviceDto, SeeDeviceDto, showDevice } from './device.dto.js';
import { DevicesService } from './devices.service.js';
import { ListContactsQuery } from './list-contacts.query.dto.js';

@ApiTags('contacts')
@Controller('v1/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly devices: DevicesService,
  ) {}

  @Post()
  @RequireScope('contacts:write')
  @Idempotent('find')
  @ApiOperation({ summary: 'Make a contact', description: 'A person who can be messaged.' })
  @ApiCreatedResponse({ type: ContactDto })
  async create(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @Body() wanted: ContactFieldsDto,
    @NewId() id: string,
  ): Promise<ContactDto> {
    return showContact(await this.contacts.create(tenantId, wanted, id));
  }

  @Get()
  @RequireScope('contacts:read')
  @ApiOperation({ summary: 'List contacts, newest first' })
  @ApiOkResponse({ type: ContactPageDto })
  async list(@CurrentKey() { tenantId }: AuthenticatedKey, @Query() query: ListContactsQuery): Promise<ContactPageDto> {
    return toPage(await this.contacts.list(tenantId, query, query.limit + 1), query.limit, showContact);
  }

  @Get(':id')
  @RequireScope('contacts:read')
  @ApiOperation({ summary: 'Show a contact with its devices' })
  @ApiOkResponse({ type: ContactWithDevicesDto })
  async find(@CurrentKey() { tenantId }: AuthenticatedKey, @IdParam() id: string): Promise<ContactWithDevicesDto> {
    return showWithDevices(await this.contacts.find(tenantId, id), await this.devices.list(tenantId, id));
  }

  @Patch(':id')
  @RequireScope('contacts:write')
  @ApiOperation({ summary: 'Change a contact', description: 'What is left out stays as it is; null takes it away.' })
  @ApiOkResponse({ type: ContactDto })
  async update(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: ContactFieldsDto,
  ): Promise<ContactDto> {
    return showContact(await this.contacts.update(tenantId, id, wanted));
  }

  @Delete(':id')
  @RequireScope('contacts:write')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Remove a contact with its devices',
    description: 'Messages to it, and suppressions, stay.',
  })
  @ApiNoContentResponse()
  async remove(@CurrentKey() { tenantId }: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.contacts.remove(tenantId, id);
  }

  @Post(':id/devices')
  @RequireScope('contacts:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Register a device of a contact',
    description:
      'Whenever the app or the browser has a token: one that is known is noted as seen, and passes to this contact if it was ' +
      'another’s. A token that a vendor calls dead is removed by itself.',
  })
  @ApiCreatedResponse({ type: DeviceDto })
  async seeDevice(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: SeeDeviceDto,
  ): Promise<DeviceDto> {
    return showDevice(await this.devices.see(tenantId, id, wanted));
  }

  @Delete(':id/devices/:deviceId')
  @RequireScope('contacts:write')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Remove a device of a contact' })
  @ApiNoContentResponse()
  async removeDevice(
    @CurrentKey() { tenantId }: AuthenticatedKey,
    @IdParam() id: string,
    @IdParam('deviceId') deviceId: string,
  ): Promise<void> {
    await this.devices.remove(tenantId, id, deviceId);
  }
}
