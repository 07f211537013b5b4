import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Acceptance } from '@outbell/intake/message-request.js';
import { ProblemField } from '../http/problem.js';

/** The answer 202: from here on the message is never lost. */
export class AcceptedDto {
  @ApiProperty({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' })
  id!: string;

  @ApiProperty({ enum: ['queued'] })
  status!: 'queued';

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

/** What became of one item of a batch. */
export class BatchResultDto {
  @ApiProperty({ example: 0, description: 'Its place in the request.' })
  index!: number;

  @ApiProperty({ example: 202, description: '202, or why it was refused: 400 or 422; 500 when we failed at it.' })
  status!: number;

  @ApiPropertyOptional({
    example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80',
    description: 'Of the message, when accepted.',
  })
  id?: string;

  @ApiPropertyOptional({ type: [ProblemField], description: 'What is wrong, when refused.' })
  errors?: ProblemField[];
}

export class BatchDto {
  @ApiProperty({ type: [BatchResultDto], description: 'One for each item, in the order of the request.' })
  results!: BatchResultDto[];
}

export function showAccepted({ id, createdAt }: Acceptance & { accepted: true }): AcceptedDto {
  return { id, status: 'queued', created_at: createdAt.toISOString() };
}

const OUR_FAULT = 'could not be stored: this is our fault; send it again, and report it';

export function showResult(acceptance: Acceptance | Error, index: number): BatchResultDto {
  if (acceptance instanceof Error) return { index, status: 500, errors: [{ field: 'item', message: OUR_FAULT }] };
  return acceptance.accepted
    ? { index, status: 202, id: acceptance.id }
    : { index, status: acceptance.status, errors: acceptance.errors };
}
