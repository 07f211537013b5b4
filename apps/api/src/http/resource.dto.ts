import { ApiProperty } from '@nestjs/swagger';

/** What every resource has, first and last. */
export abstract class ResourceDto {
  @ApiProperty({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

/** A resource that may change after it was made. */
export abstract class ChangingResourceDto extends ResourceDto {
  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}
