import { Type } from 'class-transformer';
import { IsUUID } from 'class-validator';
import { Field, Whole } from './field.decorators.js';

/** Which part of a list: `?limit=25&cursor=…`. */
export class PageQuery {
  @Type(() => Number)
  @Whole(1, 100, { optional: true, default: 25, description: 'How many entries at most.' })
  limit: number = 25;

  @Field(IsUUID(), { optional: true, format: 'uuid', description: '`next_cursor` of the page before.' })
  cursor?: string;
}
