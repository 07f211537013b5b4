import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type as Transformed } from 'class-transformer';
import { IsUUID } from 'class-validator';
import { ApiNullable, Field, Whole } from './field.decorators.js';

/** Which part of a list: `?limit=25&cursor=…`. */
export class PageQuery {
  @Transformed(() => Number)
  @Whole(1, 100, { optional: true, default: 25, description: 'How many entries at most.' })
  limit: number = 25;

  @Field(IsUUID(), { optional: true, format: 'uuid', description: '`next_cursor` of the page before.' })
  cursor?: string;
}

/** What every page of a list ends with. */
export abstract class PageDto {
  @ApiNullable({ example: null, description: 'Give it back as `cursor` for what follows. Null: nothing does.' })
  next_cursor!: string | null;
}

/** The page of a list of these. */
export function PageOf<T extends object>(entry: Type<T>): Type<PageDto & { data: T[] }> {
  class Page extends PageDto {
    @ApiProperty({ type: [entry] })
    data!: T[];
  }
  return Page;
}

/**
 * Shows one page of a list, newest first.
 *
 * @param rows up to one more than `limit`, which tells whether something follows; their ids are the cursors
 * @param scannedTo the id where the search for them was given up; null: it was not
 */
export function toPage<R extends { id: string }, T>(
  rows: R[],
  limit: number,
  show: (row: R) => T,
  scannedTo: string | null = null,
): PageDto & { data: T[] } {
  const shown = rows.slice(0, limit);
  return { data: shown.map(show), next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : scannedTo };
}
