import { SESSION_NAME } from '@outbell/providers/baileys/baileys.credentials.js';
import { IsString, Matches } from 'class-validator';
import { Field, OneOf } from '../http/field.decorators.js';

export class CreateSessionDto {
  @Field(
    Matches(SESSION_NAME, {
      message: 'must be 1 to 63 small letters, digits, - or _, and begin with none of the last two',
    }),
    { example: 'shop', description: 'What a connection of the provider `baileys` names as its `session`.' },
  )
  name!: string;

  @OneOf(['qr', 'code'], {
    description: '`qr`: the telephone scans a picture; `code`: eight characters are typed into it.',
  })
  pair_by!: 'qr' | 'code';

  @Field(IsString(), {
    optional: true,
    example: '+33612345678',
    description: 'With `code`: the number of the telephone, in E.164.',
  })
  phone?: string;
}
