import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsObject, IsOptional, Max, Min } from 'class-validator';

export class PreviewTemplateDto {
  @ApiPropertyOptional({ example: 2, description: 'Default: the newest one, published or not.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version?: number;

  @ApiPropertyOptional({
    type: Object,
    example: { name: 'Ann' },
    default: {},
    description: 'As a message would give them.',
  })
  @IsOptional()
  @IsObject()
  variables?: Record<string, unknown>;
}

export class PreviewDto {
  @ApiProperty({ example: 2, description: 'The version that was rendered.' })
  version!: number;

  @ApiProperty({ type: String, nullable: true, example: 'Your order A-17' })
  subject!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '<p>Dear Ann</p>' })
  html!: string | null;

  @ApiProperty({ example: 'Dear Ann' })
  text!: string;
}
