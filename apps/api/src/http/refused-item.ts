import type { FieldError } from '@outbell/shared/errors.js';

/**
 * Stands in a batch where an item stood that no part of the engine can hold: it is answered with what is wrong, the
 * others go on.
 */
export class RefusedItem {
  constructor(readonly errors: FieldError[]) {}
}
