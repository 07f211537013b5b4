import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class VerifySenderDto {
  @ApiProperty({ example: '048213', description: 'The six digits that were sent to the address.' })
  @Matches(/^\d{6}$/, { message: 'must be six digits, as text' })
  code!: string;
}
