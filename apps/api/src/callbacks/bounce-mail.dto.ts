import { ApiProperty } from '@nestjs/swagger';

export class BounceMailDto {
  @ApiProperty({ example: 1, description: 'What the mail says of messages. 0: it is no bounce, nor a complaint.' })
  events!: number;

  @ApiProperty({ example: 1, description: 'How much of it was not known before.' })
  new_events!: number;
}
