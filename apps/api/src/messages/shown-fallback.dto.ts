import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FallbackState } from '@outbell/persistence/entities/message-fallback.entity.js';
import type { FallbackSeen } from '@outbell/persistence/engine/fallback.repository.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { ApiNullable } from '../http/field.decorators.js';
import { ProblemField, shownErrors } from '../http/problem.js';
import { shownAs } from '../http/shown-as.js';

const STATES = [
  'waiting',
  'going',
  'gone',
  'refused',
  'not_needed',
  'canceled',
] as const satisfies readonly FallbackState[];

/** What became of a fallback. */
export class ShownFallbackDto {
  @ApiProperty({ enum: CHANNELS, example: 'sms' })
  channel!: Channel;

  @ApiProperty({
    enum: STATES,
    example: 'gone',
    description:
      '`gone`: it is a message of its own. `refused`: it could not be accepted. `not_needed`: an earlier one was ' +
      'delivered.',
  })
  state!: FallbackState;

  @ApiNullable({
    format: 'date-time',
    description: 'When it goes at the latest. Null until the one before it has gone.',
  })
  due_at!: string | null;

  @ApiNullable({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a81', description: 'The message it became.' })
  message_id!: string | null;

  @ApiPropertyOptional({ type: [ProblemField], description: 'Why it was refused.' })
  errors?: ProblemField[];
}

const shown = shownAs(ShownFallbackDto);

export function showFallback({ errors, ...row }: FallbackSeen): ShownFallbackDto {
  return { ...shown(row), ...(errors && { errors: shownErrors(errors) }) };
}
