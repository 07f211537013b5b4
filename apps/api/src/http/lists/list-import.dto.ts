import { ApiProperty } from '@nestjs/swagger';
import { FIELD_CODES, type FieldCode } from '@outbell/shared/constants/field-codes.js';
import { PROBLEM_CODES, type ProblemCode } from '@outbell/shared/constants/problem-codes.js';

/** Tells what is wrong with one row of a list. */
export class ImportErrorDto {
  @ApiProperty({ example: 17, description: 'Where the row begins, counted from 1; of CSV the header is line 1.' })
  line!: number;

  @ApiProperty({ type: String, nullable: true, example: 'address', description: 'Null: it is the row as a whole.' })
  column!: string | null;

  @ApiProperty({
    enum: [...Object.keys(FIELD_CODES), ...Object.keys(PROBLEM_CODES)],
    example: 'invalid_address',
    description: 'The stable name of what is wrong.',
  })
  code!: FieldCode | ProblemCode;

  @ApiProperty({ example: 'must hold exactly one @', description: 'What is wrong and how to mend it.' })
  message!: string;
}

/** What became of a list. */
export class ImportDto {
  @ApiProperty({ example: 98, description: 'Rows that are stored: those created, updated and unchanged.' })
  accepted!: number;

  @ApiProperty({ example: 90, description: 'Of these, what was not there before.' })
  created!: number;

  @ApiProperty({ example: 0, description: 'Of these, what was there and has changed.' })
  updated!: number;

  @ApiProperty({ example: 8, description: 'Of these, what was there already, or stands in the list twice.' })
  unchanged!: number;

  @ApiProperty({ example: 2, description: 'Rows that are not stored; `errors` says why.' })
  rejected!: number;

  @ApiProperty({ example: true, description: 'False: the list was not read to its end; the last error says why.' })
  complete!: boolean;

  @ApiProperty({ type: [ImportErrorDto], description: 'The first hundred, by line.' })
  errors!: ImportErrorDto[];

  @ApiProperty({ example: false, description: 'Whether there are more errors than these.' })
  errors_truncated!: boolean;
}
