import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SESSION_NAME } from '@outbell/providers/baileys/baileys.credentials.js';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';

export class CreateSessionDto {
  @ApiProperty({ example: 'shop', description: 'What a connection of the provider `baileys` names as its `session`.' })
  @Matches(SESSION_NAME, {
    message: 'must be 1 to 63 small letters, digits, - or _, and begin with none of the last two',
  })
  name!: string;

  @ApiProperty({
    enum: ['qr', 'code'],
    description: '`qr`: the telephone scans a picture; `code`: eight characters are typed into it.',
  })
  @IsIn(['qr', 'code'], { message: 'must be one of: qr, code' })
  pair_by!: 'qr' | 'code';

  @ApiPropertyOptional({ example: '+33612345678', description: 'With `code`: the number of the telephone, in E.164.' })
  @IsOptional()
  @IsString()
  phone?: string;
}
