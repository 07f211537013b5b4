import { type FieldError, InputError } from '@outbell/shared/errors.js';
import { readAs } from '../http/read-dto.js';
import { RefusedItem } from '../http/json-body.js';
import { CreateMessageDto } from './create-message.dto.js';

/** An item of a batch: a message, or what is wrong with it. */
export type ReadItem = CreateMessageDto | RefusedItem;

/**
 * More than a message has fields; a thousand items that are wrong in all they hold would be answered with megabytes.
 */
const MOST_ERRORS = 30;

/** Reads the items of a batch, each by itself: one that is none holds up no other. */
export function readItems(items: readonly unknown[]): ReadItem[] {
  return items.map(readItem);
}

function readItem(item: unknown): ReadItem {
  if (item instanceof RefusedItem) return item;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return new RefusedItem(NO_OBJECT);
  try {
    return readAs(CreateMessageDto, item, MOST_ERRORS);
  } catch (error) {
    if (error instanceof InputError) return new RefusedItem(error.errors);
    throw error;
  }
}

const NO_OBJECT: FieldError[] = [{ field: 'item', message: 'must be a JSON object: {…}' }];
