import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { OpenToTestKeys } from '../auth/open-to-test-keys.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { NewId } from '../http/new-id.decorator.js';
import { toPage } from '../http/page.js';
import { PageQuery } from '../http/page.query.dto.js';
import { CreateTemplateDto } from './create-template.dto.js';
import { ListTemplatesQuery } from './list-templates.query.dto.js';
import { PreviewDto, PreviewTemplateDto } from './preview-template.dto.js';
import { PublishTemplateDto } from './publish-template.dto.js';
import { TemplateContentDto } from './template-content.dto.js';
import { showVersion, TemplateVersionDto, TemplateVersionPageDto } from './template-version.dto.js';
import { showTemplate, TemplateDto, TemplatePageDto } from './template.dto.js';
import { TemplatesService } from './templates.service.js';
import { PREVIEW_EXAMPLES, PUBLISH_EXAMPLES, TEMPLATE_EXAMPLES, VERSION_EXAMPLES } from './template.examples.js';

@ApiTags('templates')
@Controller('v1/templates')
export class TemplatesController {
  constructor(private readonly templates: TemplatesService) {}

  @Post()
  @ApiBody({ type: CreateTemplateDto, examples: TEMPLATE_EXAMPLES })
  @RequireScope('templates:write')
  @Idempotent('find')
  @ApiOperation({
    summary: 'Make a template with its version 1',
    description: 'Messages get it once a version is published.',
  })
  @Answers(201, TemplateDto)
  async create(
    @CurrentKey() key: AuthenticatedKey,
    @Body() wanted: CreateTemplateDto,
    @NewId() id: string,
  ): Promise<TemplateDto> {
    return showTemplate(await this.templates.create(key.tenantId, wanted, id));
  }

  @Get()
  @RequireScope('templates:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'List templates, newest first',
    description: 'Those that are not archived. By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, TemplatePageDto)
  async list(@CurrentKey() key: AuthenticatedKey, @Query() query: ListTemplatesQuery): Promise<TemplatePageDto> {
    return toPage(await this.templates.list(key.tenantId, query, query.limit + 1), query.limit, showTemplate);
  }

  @Get(':id')
  @RequireScope('templates:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'Show a template',
    description: 'An archived one too. Its versions have a list of their own.',
  })
  @Answers(200, TemplateDto)
  async find(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<TemplateDto> {
    return showTemplate(await this.templates.find(key.tenantId, id));
  }

  @Post(':id/versions')
  @ApiBody({ type: TemplateContentDto, examples: VERSION_EXAMPLES })
  @RequireScope('templates:write')
  @Idempotent('findVersion')
  @ApiOperation({ summary: 'Add a version', description: 'Not published yet; the ones before stay as they are.' })
  @Answers(201, TemplateVersionDto)
  async addVersion(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: TemplateContentDto,
    @NewId() versionId: string,
  ): Promise<TemplateVersionDto> {
    return showVersion(await this.templates.addVersion(key.tenantId, id, wanted, versionId));
  }

  /** No route: for a repeat of the above. */
  async findVersion(key: AuthenticatedKey, id: string): Promise<TemplateVersionDto> {
    return showVersion(await this.templates.findVersion(key.tenantId, id));
  }

  @Get(':id/versions')
  @RequireScope('templates:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'List the versions of a template with what they say, newest first',
    description: 'By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, TemplateVersionPageDto)
  async listVersions(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<TemplateVersionPageDto> {
    return toPage(await this.templates.listVersions(key.tenantId, id, limit + 1, cursor), limit, showVersion);
  }

  @Post(':id/publish')
  @ApiBody({ type: PublishTemplateDto, examples: PUBLISH_EXAMPLES })
  @RequireScope('templates:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Publish a version',
    description: 'Messages accepted before keep the version they were accepted with.',
  })
  @Answers(200, TemplateDto)
  async publish(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() { version }: PublishTemplateDto,
  ): Promise<TemplateDto> {
    return showTemplate(await this.templates.publish(key.tenantId, id, version));
  }

  @Post(':id/preview')
  @ApiBody({ type: PreviewTemplateDto, examples: PREVIEW_EXAMPLES })
  @RequireScope('templates:read')
  @OpenToTestKeys()
  @Idempotent()
  @ApiOperation({
    summary: 'Render a version without sending it',
    description: 'Answers 422 when a variable is missing.',
  })
  @Answers(200, PreviewDto)
  async preview(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: PreviewTemplateDto,
  ): Promise<PreviewDto> {
    return { subject: null, html: null, ...(await this.templates.preview(key.tenantId, id, wanted)) };
  }

  @Delete(':id')
  @RequireScope('templates:write')
  @ApiOperation({
    summary: 'Archive a template',
    description:
      'New messages cannot use it any more, and its name is free for another. Messages accepted before are sent, ' +
      'and show it; it stays ' +
      'readable by its id.',
  })
  @Answers(204)
  async archive(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.templates.archive(key.tenantId, id);
  }
}
