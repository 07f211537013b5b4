import { ApiProperty } from '@nestjs/swagger';
import type { ContactDeviceEntity } from '@outbell/persistence/entities/contact-device.entity.js';
import type { ContactEntity } from '@outbell/persistence/entities/contact.entity.js';
import { PageDto } from '../http/page.dto.js';
import { DeviceDto, showDevice } from './device.dto.js';

/** A contact as lists show it. */
export class ContactDto {
  @ApiProperty({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' })
  id!: string;

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

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class ContactWithDevicesDto extends ContactDto {
  @ApiProperty({ type: [DeviceDto], description: 'The last seen first; 100 at most.' })
  devices!: DeviceDto[];
}

export class ContactPageDto extends PageDto {
  @ApiProperty({ type: [ContactDto] })
  data!: ContactDto[];
}

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
