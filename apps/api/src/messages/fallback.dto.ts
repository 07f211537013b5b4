import { ApiProperty } from '@nestjs/swagger';
import { IsDelay } from './is-delay.decorator.js';
import { MessageContentDto } from './message-content.dto.js';

/** What goes by another channel should the message not be delivered in time. */
export class FallbackDto extends MessageContentDto {
  @ApiProperty({
    example: 'PT15M',
    description:
      'ISO 8601, from PT1M to P7D: counted from when the message is due, or from when the fallback before it went.',
  })
  @IsDelay()
  after!: string;
}
