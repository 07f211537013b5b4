import { ApiProperty } from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';
import { ChangingResourceDto } from './resource.dto.js';
import { shownAs } from './shown-as.js';

class ThingDto extends ChangingResourceDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  last_used_at!: string | null;

  @ApiProperty({ required: false })
  detail?: object;
}

const AT = new Date('2026-11-30T09:00:00Z');
const ROW = { id: 'x', name: 'thing', lastUsedAt: AT, createdAt: AT, updatedAt: AT };

describe('shownAs', () => {
  const show = shownAs(ThingDto);

  it('names fields as the DTO does, with dates as texts and those of every resource around its own', () => {
    expect(Object.entries(show(ROW))).toEqual([
      ['id', 'x'],
      ['name', 'thing'],
      ['last_used_at', '2026-11-30T09:00:00.000Z'],
      ['created_at', '2026-11-30T09:00:00.000Z'],
      ['updated_at', '2026-11-30T09:00:00.000Z'],
    ]);
  });

  it('keeps null, and shows nothing that the DTO does not document', () => {
    const row = { ...ROW, lastUsedAt: null, secretHash: 'never' };
    expect(show(row)).toMatchObject({ last_used_at: null });
    expect(JSON.stringify(show(row))).not.toContain('never');
  });
});
