import { PickType } from '@nestjs/swagger';
import { SENDER_STATUSES, type SenderStatus } from '@outbell/persistence/entities/sender.entity.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsString, Matches, MaxLength } from 'class-validator';
import { Field, OneOf, Text } from '../http/field.decorators.js';
import { PageQuery } from '../http/page.dto.js';
import { IsSenderName } from './is-sender-name.decorator.js';

export class CreateSenderDto {
  @OneOf(CHANNELS, { example: 'email' })
  channel!: Channel;

  @Text(320, {
    example: 'shop@example.com',
    description:
      'Where messages come from. Email: an address, to which a code is sent. SMS: a number in E.164, a short code ' +
      'of 3 to 8 digits, or a name of 1 to 11 letters, digits, spaces and - + _ & with at least one letter, spelled ' +
      'as recipients see it. WhatsApp, voice: a number in E.164. Push: your name for the app, 1 to 100 of a–z, 0–9, ' +
      'dot, hyphen and underscore.',
  })
  address!: string;

  @Field(IsSenderName(), {
    optional: true,
    nullable: true,
    example: 'Example Shop',
    description: 'Shown beside the address. Null: nothing is.',
  })
  name?: string | null;
}

/** Changes what is given; what is left out stays as it is. */
export class UpdateSenderDto extends PickType(CreateSenderDto, ['name']) {
  @OneOf(['paused', 'verified'], {
    optional: true,
    description: '`paused`: its messages wait. `verified` lets a paused one go on, if it has ever been verified.',
  })
  status?: 'paused' | 'verified';

  @Field([IsString(), MaxLength(200)], {
    optional: true,
    example: '20/min,1000/h',
    description: 'Its own limits, all at once, instead of the installation’s; empty: the installation’s again.',
  })
  rate_limits?: string;
}

export class VerifySenderDto {
  @Field(Matches(/^\d{6}$/, { message: 'must be six digits, as text' }), {
    example: '048213',
    description: 'The six digits that were sent to the address.',
  })
  code!: string;
}

export class ListSendersQuery extends PageQuery {
  @OneOf(['true', 'false'], {
    optional: true,
    default: 'false',
    description: '`true`: those that are archived, and no others.',
  })
  archived?: 'true' | 'false';

  @OneOf(CHANNELS, { optional: true, description: 'Only of this channel.' })
  channel?: Channel;

  @OneOf(SENDER_STATUSES, { optional: true, description: 'Only those that have it now.' })
  status?: SenderStatus;
}
