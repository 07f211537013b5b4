import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export class RevokeKeyQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`true`: the keys too that it made, and those that they made.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  descendants?: 'true' | 'false';
}
