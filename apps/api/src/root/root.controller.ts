import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Config } from '@outbell/shared/config/config.schema.js';
import { VERSION } from '@outbell/shared/version.js';
import { Public } from '../auth/access.decorators.js';
import { Answers } from '../http/route.decorators.js';

export class RootDto {
  @ApiProperty({ example: 'Outbell' })
  name!: string;

  @ApiProperty({ example: '0.1.0' })
  version!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'https://outbell.example.com/docs',
    description: 'The API’s documentation. Null: this installation does not serve it (`DOCS`).',
  })
  docs!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'https://outbell.example.com/docs-json',
    description: 'The same as OpenAPI.',
  })
  openapi!: string | null;

  @ApiProperty({ example: 'https://outbell.example.com/problems', description: 'What the codes of errors mean.' })
  problems!: string;

  @ApiProperty({ example: 'https://outbell.example.com/health', description: 'Whether it works.' })
  health!: string;
}

/** Tells whoever opens the address of the API where to go. */
@ApiTags('health')
@Controller()
export class RootController {
  constructor(private readonly config: Config) {}

  @Get()
  @Public()
  @ApiOperation({
    summary: 'Where to go from here',
    description: 'The name and version of the API, and where its documentation is.',
  })
  @Answers(200, RootDto)
  getRoot(): RootDto {
    const at = (path: string) => new URL(path, this.config.values.PUBLIC_URL).href;
    return {
      name: 'Outbell',
      version: VERSION,
      docs: this.config.docs ? at('/docs') : null,
      openapi: this.config.docs ? at('/docs-json') : null,
      problems: at('/problems'),
      health: at('/health'),
    };
  }
}
