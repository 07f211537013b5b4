import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { PRIORITIES, PRIORITY_RANK, type Priority } from '@outbell/shared/constants/priorities.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';
import { type Plain, shownAs } from '../http/shown-as.js';

/** A message as lists show it: without its content. */
export class MessageDto extends ChangingResourceDto {
  @ApiProperty({ enum: MESSAGE_STATUSES, example: 'sent' })
  status!: MessageStatus;

  @ApiNullable({ example: null, description: 'Why it is not sent; see its explanation.' })
  reason!: string | null;

  @ApiProperty({ enum: CHANNELS })
  channel!: Channel;

  @ApiProperty({ enum: ['live', 'test'], description: 'That of its key: `test` never leaves.' })
  mode!: 'live' | 'test';

  @ApiProperty({ enum: PRIORITIES })
  priority!: Priority;

  @ApiProperty({ example: 'ann@example.org', description: 'The address it goes to, in its canonical spelling.' })
  to!: string;

  @ApiProperty({ example: '0199d2c5-6a10-7000-8000-000000000001' })
  sender_id!: string;

  @ApiNullable({ description: 'What it is rendered from. Null: its own content.' })
  template_version_id!: string | null;

  @ApiProperty({ description: 'Calls to a provider so far.', example: 1 })
  attempts!: number;

  @ApiProperty({ format: 'date-time', description: 'Not before this time: schedule, deferral or retry.' })
  due_at!: string;

  @ApiNullable({ format: 'date-time', description: 'Not sent after this time.' })
  expires_at!: string | null;

  @ApiNullable({ example: 'smtp', description: 'Of its latest call.' })
  provider!: string | null;

  @ApiNullable({ description: 'What the vendor calls it.' })
  provider_message_id!: string | null;

  @ApiPropertyOptional({ type: Object, nullable: true, example: { order_id: 'A-17' }, description: 'As you gave it.' })
  metadata!: Record<string, unknown> | null;

  @ApiProperty({ type: [String], example: ['receipts'], description: 'What it can be found by.' })
  tags!: string[];

  @ApiNullable({ description: 'Of bulk: what its recipient can unsubscribe from alone.' })
  topic!: string | null;
}

export class MessagePageDto extends PageOf(MessageDto) {}

const shown = shownAs(MessageDto);

export function showMessage(row: Plain<MessageEntity>): Plain<MessageDto> {
  const priority = PRIORITIES.find((each) => PRIORITY_RANK[each] === row.priority) ?? 'normal';
  return shown({ ...row, priority, to: row.recipient, tags: row.tags ?? [] });
}
