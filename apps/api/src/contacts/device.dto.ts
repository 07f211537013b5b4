import { ApiProperty } from '@nestjs/swagger';
import { DEVICE_PROVIDERS, type DeviceProvider } from '@outbell/persistence/entities/contact-device.entity.js';
import { Matches } from 'class-validator';
import { ApiNullable, Field, OneOf, Text } from '../http/field.decorators.js';
import { ResourceDto } from '../http/resource.dto.js';
import { shownAs } from '../http/shown-as.js';

export class SeeDeviceDto {
  @OneOf(DEVICE_PROVIDERS, { example: 'web-push', description: 'Who reaches it.' })
  provider!: DeviceProvider;

  @Text(4_096, {
    example: '{"endpoint":"https://updates.push.services.mozilla.com/wpush/v2/…","keys":{"p256dh":"…","auth":"…"}}',
    description: 'FCM: the token of the app. Web push: `JSON.stringify(subscription)` of the browser.',
  })
  token!: string;

  @Field(
    Matches(/^[a-z0-9._-]{1,50}$/, {
      message: 'must be 1 to 50 lower-case letters, digits, dots, hyphens or underscores',
    }),
    { optional: true, nullable: true, example: 'android', description: 'Yours: what it runs on.' },
  )
  platform?: string | null;
}

export class DeviceDto extends ResourceDto {
  @ApiProperty({ enum: DEVICE_PROVIDERS })
  provider!: DeviceProvider;

  @ApiProperty({ description: 'As messages name it in `to`.' })
  token!: string;

  @ApiNullable({ example: 'android' })
  platform!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When it was registered last.' })
  last_seen_at!: string;
}

export const showDevice = shownAs(DeviceDto);
