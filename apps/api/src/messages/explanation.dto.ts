import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { DELIVERY_STEPS, type DeliveryStep, wordsOf } from '@outbell/shared/constants/reasons.js';
import { ApiNullable } from '../http/field.decorators.js';
import { shownAs } from '../http/shown-as.js';
import type { Explanation, Finding, Verdict } from './explanation.js';
import { showFallback, ShownFallbackDto } from './shown-fallback.dto.js';

/** What was found at one step of the delivery. */
export class FindingDto {
  @ApiProperty({ enum: DELIVERY_STEPS, example: 'limits', description: 'What is checked there.' })
  step!: DeliveryStep;

  @ApiProperty({
    enum: ['passed', 'waiting', 'stopped', 'pending'],
    description: '`pending`: not reached yet; `seen` is what it would find now. `passed`: `seen` is what was recorded.',
  })
  verdict!: Verdict;

  @ApiPropertyOptional({ example: 'rate_limited', description: 'Why it did not pass.' })
  reason?: string;

  @ApiProperty({ type: Object, example: { level: 'sender', limit: 20, window_ms: 60000 }, description: 'The values.' })
  seen!: Record<string, unknown>;
}

/** Why a message was not sent (yet), or how it was. */
export class ExplanationDto {
  @ApiProperty({ enum: MESSAGE_STATUSES, example: 'queued' })
  status!: MessageStatus;

  @ApiProperty({
    example: 'Waits: a rate limit is reached; a later time is reserved for it.',
    description: 'Status and reason as a sentence.',
  })
  summary!: string;

  @ApiNullable({ example: 'rate_limited', description: 'Why it stands there. Null: nothing is against it.' })
  reason!: string | null;

  @ApiNullable({
    format: 'date-time',
    description:
      'When it is handed to the workers next; one that is due may be on its way to them, and tried before. Null: ' +
      'never again, by itself.',
  })
  next_try_at!: string | null;

  @ApiProperty({ type: [FindingDto], description: 'Every step of a delivery, in order.' })
  steps!: FindingDto[];

  @ApiProperty({ type: [ShownFallbackDto], description: 'What goes by other channels should it not be delivered.' })
  fallbacks!: ShownFallbackDto[];

  @ApiNullable({ example: null, description: 'The message it stands in for.' })
  fallback_of!: string | null;
}

const SUMMARY: Record<MessageStatus, string> = {
  queued: 'Waits',
  processing: 'A worker is preparing it',
  sending: 'A provider is being called',
  sent: 'The provider took it; no receipt yet',
  delivered: 'Delivered',
  bounced: 'The provider took it, and it bounced',
  complained: 'Delivered, and the recipient complained',
  failed: 'Not sent, and will not be tried again',
  unknown: 'It may or may not have been sent; not sent again unless you retry it',
  suppressed: 'Not sent',
  canceled: 'Not sent',
  expired: 'Not sent',
};

/** Of one that failed after that. */
const PROVIDER_GAVE_UP = 'The provider took it, and gave it up';

/** Of an unknown one whose tenant wants it so. */
const SENT_AGAIN = 'It may or may not have been sent, and will be sent again, as was asked for';

const shown = shownAs(ExplanationDto);

export function showExplanation(explanation: Explanation): ExplanationDto {
  const { findings: steps, fallbacks } = explanation;
  return shown({ ...explanation, steps, summary: summary(explanation), fallbacks: fallbacks.map(showFallback) });
}

function summary(explanation: Explanation): string {
  const { status, reason, findings } = explanation;
  const what = whatOf(explanation);
  const why = reason === null ? waitsFor(findings) : wordsOf(reason);
  return status === 'queued' || reason !== null ? `${what}: ${why}.` : `${what}.`;
}

function whatOf({ status, findings, nextTryAt }: Explanation): string {
  if (status === 'unknown' && nextTryAt !== null) return SENT_AGAIN;
  const isGivenUp = findings.some(({ step, verdict }) => step === 'receipt' && verdict === 'stopped');
  return status === 'failed' && isGivenUp ? PROVIDER_GAVE_UP : SUMMARY[status];
}

function waitsFor(findings: Finding[]): string {
  return findings.some(({ step, verdict }) => step === 'schedule' && verdict === 'waiting')
    ? 'its time has not come'
    : 'for a worker to take it';
}
