import { type FieldError, InputError } from '@outbell/shared/errors.js';
import { DtoShape } from '../http/dto-shape.js';
import { readDto } from '../http/read-dto.js';
import { RefusedItem } from '../http/refused-item.js';
import { CreateMessageDto } from './create-message.dto.js';

/** An item of a batch: a message, or what is wrong with it. */
export type ReadItem = CreateMessageDto | RefusedItem;

/** More than a message has fields; a thousand items that are wrong in all they hold would be answered with megabytes. */
const MOST_ERRORS = 30;

/** Reads the items of a batch, each by itself: one that is none holds up no other. */
export async function readItems(items: readonly unknown[]): Promise<ReadItem[]> {
  const shape = DtoShape.of(CreateMessageDto);
  if (!shape) throw new Error('a decorator of CreateMessageDto is not known to DtoShape');
  const read: ReadItem[] = [];
  // A thousand promises would cost more than the rest of this.
  for (const item of items) read.push((shape.read(item) as ReadItem | undefined) ?? (await lookCloser(shape, item)));
  return read;
}

async function lookCloser(shape: DtoShape, item: unknown): Promise<ReadItem> {
  if (item instanceof RefusedItem) return item;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return new RefusedItem(NO_OBJECT);
  try {
    return (await readDto(shape, item, MOST_ERRORS)) as CreateMessageDto;
  } catch (error) {
    if (error instanceof InputError) return new RefusedItem(error.errors);
    throw error;
  }
}

const NO_OBJECT: FieldError[] = [{ field: 'item', message: 'must be a JSON object: {…}' }];
