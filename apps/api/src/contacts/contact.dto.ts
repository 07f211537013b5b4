import { ApiProperty } from '@nestjs/swagger';
import type { ContactDeviceEntity } from '@outbell/persistence/entities/contact-device.entity.js';
import type { ContactEntity } from '@outbell/persistence/entities/contact.entity.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';
import { DeviceDto, showDevice } from './device.dto.js';

/** A contact as lists show it. */
export class ContactDto extends ChangingResourceDto {
  @ApiProperty({ type: String, nullable: true, example: 'customer-17' })
  external_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ann@example.org' })
  email!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+33612345678' })
  phone!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'fr-FR' })
  locale!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Europe/Paris' })
  timezone!: string | null;

  @ApiProperty({ type: Object, example: { plan: 'pro' } })
  attributes!: Record<string, unknown>;
}

export class ContactWithDevicesDto extends ContactDto {
  @ApiProperty({ type: [DeviceDto], description: 'The last seen first; 100 at most.' })
  devices!: DeviceDto[];
}

export class ContactPageDto extends PageOf(ContactDto) {}

export function showContact(row: ContactEntity): ContactDto {
  return {
    id: row.id,
    external_id: row.externalId,
    email: row.email,
    phone: row.phone,
    locale: row.locale,
    timezone: row.timezone,
    attributes: row.attributes,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export function showWithDevices(row: ContactEntity, devices: ContactDeviceEntity[]): ContactWithDevicesDto {
  return Object.assign(showContact(row), { devices: devices.map(showDevice) });
}
