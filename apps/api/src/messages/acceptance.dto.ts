import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Acceptance } from '@outbell/intake/message-request.js';
import { PROBLEM_CODES, type ProblemCode } from '@outbell/shared/constants/problem-codes.js';
import { InputError } from '@outbell/shared/errors.js';
import { ProblemField, shownErrors } from '../http/problem.js';
import { ResourceDto } from '../http/resource.dto.js';

/** The answer 202: from here on the message is never lost. */
export class AcceptedDto extends ResourceDto {
  @ApiProperty({ enum: ['queued'] })
  status!: 'queued';
}

/** What became of one item of a batch. */
export class BatchResultDto {
  @ApiProperty({ example: 0, description: 'Its position in the request, from 0.' })
  index!: number;

  @ApiProperty({ example: 202, description: '202, or why it was refused: 400 or 422; 500 when we failed at it.' })
  status!: number;

  @ApiPropertyOptional({
    example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80',
    description: 'Of the message, when accepted.',
  })
  id?: string;

  @ApiPropertyOptional({
    enum: Object.keys(PROBLEM_CODES),
    example: 'unknown_template',
    description: 'The stable name of what is wrong, when refused.',
  })
  code?: ProblemCode;

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
  if (acceptance instanceof Error) {
    const errors = [{ field: 'item', code: 'invalid' as const, message: OUR_FAULT }];
    return { index, status: 500, code: 'internal_error', errors };
  }
  if (acceptance.accepted) return { index, status: 202, id: acceptance.id };
  const { status, code, errors } = new InputError(acceptance.errors, acceptance.status, acceptance.code);
  return { index, status, code, errors: shownErrors(errors) };
}
