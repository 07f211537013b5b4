import { ApiProperty } from '@nestjs/swagger';
import type { ContactDeviceEntity } from '@outbell/persistence/entities/contact-device.entity.js';
import type { ContactEntity } from '@outbell/persistence/entities/contact.entity.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';
import { shownAs } from '../http/shown-as.js';
import { DeviceDto, showDevice } from './device.dto.js';

/** A contact as lists show it. */
export class ContactDto extends ChangingResourceDto {
  @ApiNullable({ example: 'customer-17' })
  external_id!: string | null;

  @ApiNullable({ example: 'ann@example.org' })
  email!: string | null;

  @ApiNullable({ example: '+33612345678' })
  phone!: string | null;

  @ApiNullable({ example: 'fr-FR' })
  locale!: string | null;

  @ApiNullable({ example: 'Europe/Paris' })
  timezone!: string | null;

  @ApiProperty({ type: Object, example: { plan: 'pro' } })
  attributes!: Record<string, unknown>;
}

export class ContactWithDevicesDto extends ContactDto {
  @ApiProperty({ type: [DeviceDto], description: 'The last seen first; 100 at most.' })
  devices!: DeviceDto[];
}

export class ContactPageDto extends PageOf(ContactDto) {}

export const showContact = shownAs(ContactDto);

export function showWithDevices(row: ContactEntity, devices: ContactDeviceEntity[]): ContactWithDevicesDto {
  return { ...showContact(row), devices: devices.map(showDevice) };
}
