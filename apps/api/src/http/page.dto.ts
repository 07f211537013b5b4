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
