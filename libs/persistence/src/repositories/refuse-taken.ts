import type { CodeOf } from '@outbell/shared/constants/problem-codes.js';
import { InputError } from '@outbell/shared/errors.js';
import { QueryFailedError } from 'typeorm';

const UNIQUE_VIOLATION = '23505';

/**
 * Makes a handler of failed writes that answers a unique violation with 409, and throws any other error on.
 *
 * @param constraint only of this one
 */
export function refuseTaken(field: string, text: string, code: CodeOf<409> = 'name_taken', constraint?: string) {
  return (error: unknown): never => {
    const found = (error instanceof QueryFailedError ? error.driverError : {}) as {
      code?: string;
      constraint?: string;
    };
    if (found.code === UNIQUE_VIOLATION && (constraint ?? found.constraint) === found.constraint)
      throw InputError.forField(field, text, 409, code);
    throw error;
  };
}
