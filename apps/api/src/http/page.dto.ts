import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** What every page of a list ends with. */
export abstract class PageDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Give it back as `cursor` for what follows. Null: nothing does.',
  })
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
