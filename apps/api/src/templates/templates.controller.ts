import { Body, Controller, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { IdParam, NewId } from '../http/param.decorators.js';
import { PageQuery, toPage } from '../http/page.dto.js';
import { ActionRoute, CreateRoute, DeleteRoute, ListRoute, ReadRoute } from '../http/route.decorators.js';
import {
  CreateTemplateDto,
  ListTemplatesQuery,
  PreviewDto,
  PreviewTemplateDto,
  PublishTemplateDto,
  TemplateContentDto,
} from './template-requests.dto.js';
import { showTemplate, TemplateDto, TemplatePageDto } from './template.dto.js';
import { PREVIEW_EXAMPLES, PUBLISH_EXAMPLES, TEMPLATE_EXAMPLES, VERSION_EXAMPLES } from './template.examples.js';
import { showVersion, TemplateVersionDto, TemplateVersionPageDto } from './template-version.dto.js';
import { TemplatesService } from './templates.service.js';

@ApiTags('templates')
@Controller('v1/templates')
export class TemplatesController {
  constructor(private readonly templates: TemplatesService) {}

  @CreateRoute('templates:write', TemplateDto, {
    summary: 'Make a template with its version 1',
    description: 'Messages get it once a version is published.',
    made: 'getTemplate',
  })
  @ApiBody({ type: CreateTemplateDto, examples: TEMPLATE_EXAMPLES })
  async createTemplate(@CurrentKey() key: AuthenticatedKey, @Body() wanted: CreateTemplateDto, @NewId() id: string) {
    return showTemplate(await this.templates.create(key.tenantId, wanted, id));
  }

  @ListRoute('templates:read', TemplatePageDto, {
    summary: 'List templates, newest first',
    description: 'Those that are not archived.',
    testKeys: true,
  })
  async listTemplates(@CurrentKey() key: AuthenticatedKey, @Query() query: ListTemplatesQuery) {
    return toPage(await this.templates.list(key.tenantId, query, query.limit + 1), query.limit, showTemplate);
  }

  @ReadRoute('templates:read', TemplateDto, {
    summary: 'Show a template',
    description: 'An archived one too. Its versions have a list of their own.',
    testKeys: true,
  })
  async getTemplate(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return showTemplate(await this.templates.find(key.tenantId, id));
  }

  @CreateRoute('templates:write', TemplateVersionDto, {
    path: ':id/versions',
    summary: 'Add a version',
    description: 'Not published yet; the ones before stay as they are.',
    made: 'findVersion',
  })
  @ApiBody({ type: TemplateContentDto, examples: VERSION_EXAMPLES })
  async createTemplateVersion(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: TemplateContentDto,
    @NewId() versionId: string,
  ) {
    return showVersion(await this.templates.addVersion(key.tenantId, id, wanted, versionId));
  }

  /** No route: for a repeat of the above. */
  async findVersion(key: AuthenticatedKey, id: string): Promise<TemplateVersionDto> {
    return showVersion(await this.templates.findVersion(key.tenantId, id));
  }

  @ListRoute('templates:read', TemplateVersionPageDto, {
    path: ':id/versions',
    summary: 'List the versions of a template with what they say, newest first',
    testKeys: true,
  })
  async listTemplateVersions(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Query() { limit, cursor }: PageQuery,
  ) {
    return toPage(await this.templates.listVersions(key.tenantId, id, limit + 1, cursor), limit, showVersion);
  }

  @ActionRoute('templates:write', TemplateDto, {
    path: ':id/publish',
    summary: 'Publish a version',
    description: 'Messages accepted before keep the version they were accepted with.',
  })
  @ApiBody({ type: PublishTemplateDto, examples: PUBLISH_EXAMPLES })
  async publishTemplate(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() { version }: PublishTemplateDto,
  ) {
    return showTemplate(await this.templates.publish(key.tenantId, id, version));
  }

  @ActionRoute('templates:read', PreviewDto, {
    path: ':id/preview',
    summary: 'Render a version without sending it',
    description: 'Answers 422 when a variable is missing.',
    testKeys: true,
  })
  @ApiBody({ type: PreviewTemplateDto, examples: PREVIEW_EXAMPLES })
  async previewTemplate(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: PreviewTemplateDto,
  ) {
    return { subject: null, html: null, ...(await this.templates.preview(key.tenantId, id, wanted)) };
  }

  @DeleteRoute('templates:write', {
    summary: 'Archive a template',
    description:
      'New messages cannot use it any more, and its name is free for another. Messages accepted before are sent, ' +
      'and show it; it stays readable by its id.',
  })
  archiveTemplate(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return this.templates.archive(key.tenantId, id);
  }
}
