import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';

const WITH_OFFSET = /T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * A moment in time: RFC 3339 with its offset. A local time is refused: it is ambiguous when clocks go back, and does not exist when
 * they go forward.
 */
export function IsInstant(): PropertyDecorator {
  return applyDecorators(
    IsISO8601({ strict: true, strictSeparator: true }, { message: 'must be a date and time that exists' }),
    Matches(WITH_OFFSET, { message: 'must end in its offset, as 2027-01-31T09:00:00Z or …+01:00' }),
  );
}
