import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { MessageHistory } from '@outbell/persistence/repositories/message.repository.js';
import type { Detail } from '@outbell/shared/outcome.js';
import { ApiNullable } from '../http/field.decorators.js';
import { MessageDto, showMessage } from './message.dto.js';
import { showFallback, ShownFallbackDto } from './shown-fallback.dto.js';

/** One fact of a message's life. */
export class TimelineEntryDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'sent', description: '`attempt` is the call to a provider; the others are what came of it.' })
  type!: string;

  @ApiPropertyOptional({ example: 1, description: 'The attempt it belongs to.' })
  attempt?: number;

  @ApiPropertyOptional({ example: 'smtp', description: 'Of an `attempt`: who was called.' })
  provider?: string;

  @ApiPropertyOptional({ example: 'mailbox_unavailable', description: 'A machine word that stays the same.' })
  reason?: string;

  @ApiPropertyOptional({ type: Object, example: { code: 250 }, description: 'The values seen.' })
  detail?: Detail;
}

export class MessageWithTimelineDto extends MessageDto {
  @ApiProperty({ type: [TimelineEntryDto], description: 'All that happened to it, in order.' })
  timeline!: TimelineEntryDto[];

  @ApiProperty({ type: [ShownFallbackDto], description: 'What goes by other channels, in order.' })
  fallbacks!: ShownFallbackDto[];

  @ApiNullable({ example: null, description: 'The message it stands in for.' })
  fallback_of!: string | null;

  @ApiProperty({ enum: ['park', 'resend'], description: 'What is done when nobody can know whether it was sent.' })
  on_unknown!: 'park' | 'resend';
}

/** A message with all that happened to it, in order. */
export function showHistory({
  message,
  events,
  attempts,
  fallbacks,
  fallbackOf,
  resend,
}: MessageHistory): MessageWithTimelineDto {
  const timeline = [
    ...attempts.map((attempt) => ({
      at: attempt.startedAt.toISOString(),
      type: 'attempt',
      attempt: attempt.number,
      provider: attempt.provider,
    })),
    ...events.map((event) => ({
      at: event.at.toISOString(),
      type: event.type,
      // A deferral spends no attempt: the next call has that number.
      ...(event.attempt !== null && event.type !== 'deferred' && { attempt: event.attempt }),
      ...(event.reason !== null && { reason: event.reason }),
      ...(event.detail !== null && { detail: event.detail }),
    })),
  ];
  // A call comes before what came of it, even within one millisecond; sort() keeps equal ones in this order.
  return {
    ...showMessage(message),
    timeline: timeline.sort((a, b) => a.at.localeCompare(b.at)),
    fallbacks: fallbacks.map(showFallback),
    fallback_of: fallbackOf,
    on_unknown: resend ? 'resend' : 'park',
  };
}
