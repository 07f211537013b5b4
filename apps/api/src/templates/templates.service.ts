import { Injectable } from '@nestjs/common';
import { compileTemplate, type RenderedContent } from '@outbell/content/compiled-template.js';
import { RenderError } from '@outbell/content/render-error.js';
import { underivable } from '@outbell/content/plain-text/text-bounds.js';
import { checkTemplate } from '@outbell/content/template-policy.js';
import type { TemplateEntity } from '@outbell/persistence/entities/template.entity.js';
import type { TemplateVersionEntity } from '@outbell/persistence/entities/template-version.entity.js';
import { TemplateRepository, type VersionContent } from '@outbell/persistence/repositories/template.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { found, InputError, NotFoundError } from '@outbell/shared/errors.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import type {
  CreateTemplateDto,
  ListTemplatesQuery,
  PreviewTemplateDto,
  TemplateContentDto,
} from './template-requests.dto.js';

/** A tenant's templates: what may be saved, published and seen beforehand. */
@Injectable()
export class TemplatesService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly clock: Clock,
    private readonly loop: EventLoop,
  ) {}

  /** @throws {InputError} when the content breaks a rule, or the name is taken (409) */
  async create(tenantId: string, wanted: CreateTemplateDto, id: string): Promise<TemplateEntity> {
    const { name, channel, locale } = wanted;
    return this.templates.create(tenantId, { name, channel, locale }, checked(channel, wanted), this.clock.now(), id);
  }

  /** @throws {NotFoundError} */
  async find(tenantId: string, id: string): Promise<TemplateEntity> {
    return found(await this.templates.find(tenantId, id), 'template', id);
  }

  async list(tenantId: string, query: ListTemplatesQuery, limit: number): Promise<TemplateEntity[]> {
    const { name, channel, archived, cursor } = query;
    return this.templates.list(tenantId, { name, channel, archived: archived === 'true' }, limit, cursor);
  }

  /** Again without harm. @throws {NotFoundError} */
  async archive(tenantId: string, id: string): Promise<void> {
    if (!(await this.templates.archive(tenantId, id, this.clock.now()))) throw new NotFoundError('template', id);
  }

  /** @throws {NotFoundError} @throws {InputError} when the content breaks a rule, or it is archived (409) */
  async addVersion(
    tenantId: string,
    id: string,
    wanted: TemplateContentDto,
    versionId: string,
  ): Promise<TemplateVersionEntity> {
    const { channel } = await this.findInUse(tenantId, id);
    const content = checked(channel, wanted);
    return found(await this.templates.addVersion(tenantId, id, content, this.clock.now(), versionId), 'template', id);
  }

  /** @throws {NotFoundError} */
  async findVersion(tenantId: string, id: string): Promise<TemplateVersionEntity> {
    return found(await this.templates.findVersionById(tenantId, id), 'template version', id);
  }

  /** @throws {NotFoundError} */
  async listVersions(tenantId: string, id: string, limit: number, before?: string): Promise<TemplateVersionEntity[]> {
    await this.find(tenantId, id);
    return this.templates.listVersions(tenantId, id, limit, before);
  }

  /** @throws {NotFoundError} @throws {InputError} when there is no such version, or it is archived (409) */
  async publish(tenantId: string, id: string, version: number): Promise<TemplateEntity> {
    const { latestVersion } = await this.findInUse(tenantId, id);
    if (!(await this.templates.publish(tenantId, id, version, this.clock.now()))) throw noVersion(latestVersion);
    return this.find(tenantId, id);
  }

  private async findInUse(tenantId: string, id: string): Promise<TemplateEntity> {
    const template = await this.find(tenantId, id);
    if (template.archivedAt)
      throw InputError.forField('id', 'is archived; make a template of that name', 409, 'archived');
    return template;
  }

  /**
   * What a message with these variables would say.
   *
   * @throws {NotFoundError} @throws {InputError} when there is no such version, or it cannot be rendered with these
   * (422)
   */
  async preview(
    tenantId: string,
    id: string,
    wanted: PreviewTemplateDto,
  ): Promise<RenderedContent & { version: number }> {
    const { latestVersion } = await this.find(tenantId, id);
    const version = await this.templates.findVersion(tenantId, id, wanted.version ?? latestVersion);
    if (!version) throw noVersion(latestVersion);
    try {
      const render = () => compileTemplate(version).render(wanted.variables ?? {});
      return { version: version.version, ...(await this.loop.inTurn('preview', undefined, render)) };
    } catch (error) {
      if (error instanceof RenderError) throw asInputError(error);
      throw error;
    }
  }
}

function checked(channel: Channel, wanted: TemplateContentDto): VersionContent {
  const content = {
    subject: wanted.subject ?? null,
    html: wanted.html ?? null,
    text: wanted.text ?? null,
    lenient: wanted.lenient ?? false,
  };
  return { ...content, ...checkTemplate(channel, content) };
}

function noVersion(latest: number): InputError {
  const text = `is not one of this template's versions: 1 to ${latest}`;
  return InputError.forField('version', text, 400, 'unknown_template_version');
}

/** The variable is named where it would have to be given. */
function asInputError(error: RenderError): InputError {
  const { reason, detail } = error;
  if (reason === 'text_not_derivable') return InputError.forField('html', underivable(error), 400, reason);
  const { variable, ...seen } = detail;
  const field = variable === undefined ? 'variables' : `variables.${String(variable)}`;
  const values = Object.entries(seen).map((entry) => entry.join(': '));
  return InputError.forField(field, `${reason} (${values.join(', ')})`, 422, 'render_failed');
}
