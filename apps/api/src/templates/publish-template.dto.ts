import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

export class PublishTemplateDto {
  @ApiProperty({ example: 2, description: 'The version that messages get from now on; an earlier one brings it back.' })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version!: number;
}
