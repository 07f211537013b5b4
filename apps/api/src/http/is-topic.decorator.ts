import { applyDecorators } from '@nestjs/common';
import { TOPIC } from '@outbell/shared/constants/suppression-scopes.js';
import { IsString, Length, Matches } from 'class-validator';

/** Takes the name of a topic of bulk messages, 1 to 64 characters. */
export function IsTopic(): PropertyDecorator {
  const message = 'holds letters, digits, blanks and . _ - only, begins with a letter or digit, and ends with no blank';
  return applyDecorators(Matches(TOPIC, { message }), Length(1, 64), IsString());
}
