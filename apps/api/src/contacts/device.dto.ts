import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  type ContactDeviceEntity,
  DEVICE_PROVIDERS,
  type DeviceProvider,
} from '@outbell/persistence/entities/contact-device.entity.js';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { ResourceDto } from '../http/resource.dto.js';

export class SeeDeviceDto {
  @ApiProperty({ enum: DEVICE_PROVIDERS, example: 'web-push', description: 'Who reaches it.' })
  @IsIn(DEVICE_PROVIDERS, { message: `must be one of: ${DEVICE_PROVIDERS.join(', ')}` })
  provider!: DeviceProvider;

  @ApiProperty({
    example: '{"endpoint":"https://updates.push.services.mozilla.com/wpush/v2/…","keys":{"p256dh":"…","auth":"…"}}',
    description: 'FCM: the token of the app. Web push: `JSON.stringify(subscription)` of the browser.',
  })
  @IsString()
  @Length(1, 4_096)
  token!: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'android', description: 'Yours: what it runs on.' })
  @IsOptional()
  @Matches(/^[a-z0-9._-]{1,50}$/, {
    message: 'must be 1 to 50 lower-case letters, digits, dots, hyphens or underscores',
  })
  platform?: string | null;
}

export class DeviceDto extends ResourceDto {
  @ApiProperty({ enum: DEVICE_PROVIDERS })
  provider!: DeviceProvider;

  @ApiProperty({ description: 'As messages name it in `to`.' })
  token!: string;

  @ApiProperty({ type: String, nullable: true, example: 'android' })
  platform!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When it was registered last.' })
  last_seen_at!: string;
}

export function showDevice({ id, provider, token, platform, lastSeenAt, createdAt }: ContactDeviceEntity): DeviceDto {
  return { id, provider, token, platform, last_seen_at: lastSeenAt.toISOString(), created_at: createdAt.toISOString() };
}
