import { ApiProperty } from '@nestjs/swagger';
import { FIELD_CODES } from '@outbell/shared/constants/field-codes.js';
import { PROBLEM_CODES } from '@outbell/shared/constants/problem-codes.js';

/** One code of an error, explained. */
export class ProblemCodeDto {
  @ApiProperty({
    example: 'https://outbell.example.com/problems/unknown_template',
    description: 'As `type` of problems has it.',
  })
  type!: string;

  @ApiProperty({ example: 'unknown_template' })
  code!: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 400,
    description: 'Of the answers that have it. Null: it is a code of single fields.',
  })
  status!: number | null;

  @ApiProperty({ example: 'The tenant has no template of that name, channel and locale, or archived it.' })
  meaning!: string;

  @ApiProperty({ example: 'List the templates with GET /v1/templates; name the locale if it is not `en`.' })
  mend!: string;
}

export class ProblemCodesDto {
  @ApiProperty({ type: [ProblemCodeDto], description: 'Every code, those of problems first.' })
  data!: ProblemCodeDto[];
}

/** Every code there is, those of problems first. @param publicUrl where their pages are */
export function allCodes(publicUrl: string): ProblemCodeDto[] {
  const typeOf = (code: string) => new URL(`/problems/${code}`, publicUrl).href;
  const problems = Object.entries(PROBLEM_CODES).map(([code, { status, meaning, mend }]) => {
    return { type: typeOf(code), code, status, meaning, mend };
  });
  const fields = Object.entries(FIELD_CODES).map(([code, { meaning, mend }]) => {
    return { type: typeOf(code), code, status: null, meaning, mend };
  });
  return [...problems, ...fields];
}
