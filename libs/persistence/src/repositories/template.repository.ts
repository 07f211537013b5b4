import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newId } from '@outbell/shared/uuid.js';
import { In, IsNull, Not, Repository } from 'typeorm';
import { TemplateVersionEntity } from '../entities/template-version.entity.js';
import { TemplateEntity } from '../entities/template.entity.js';
import { refuseTaken } from './refuse-taken.js';
import { type Filter, listNewest, TenantRows } from './tenant-rows.js';

export type NewTemplate = Pick<TemplateEntity, 'name' | 'channel' | 'locale'>;
export type VersionContent = Pick<TemplateVersionEntity, 'subject' | 'html' | 'text' | 'variables' | 'lenient'>;
/** Describes what rendering needs of a version. */
export type VersionSource = Pick<TemplateVersionEntity, 'id' | 'subject' | 'html' | 'text' | 'lenient'>;

export interface TemplateFilter extends Filter<Pick<TemplateEntity, 'name' | 'channel'>> {
  /** Those that are archived, and no others. Default: those that are not. */
  archived?: boolean | undefined;
}

const TAKEN = 'is taken by a template of that channel and locale; add a version to it';

@Injectable()
export class TemplateRepository extends TenantRows<TemplateEntity> {
  constructor(
    @InjectRepository(TemplateEntity) rows: Repository<TemplateEntity>,
    @InjectRepository(TemplateVersionEntity) private readonly versions: Repository<TemplateVersionEntity>,
  ) {
    super(rows);
  }

  /**
   * A template with its first version, not yet published.
   *
   * @throws {InputError} 409 when the tenant has one of that name, channel and locale
   */
  async create(
    tenantId: string,
    wanted: NewTemplate,
    content: VersionContent,
    now: Date,
    id = newId(),
  ): Promise<TemplateEntity> {
    const template = {
      id,
      tenantId,
      ...wanted,
      publishedVersion: null,
      archivedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    const first = { ...content, id: newId(), tenantId, templateId: id, version: 1, createdAt: now };
    await this.rows.manager.transaction(async (db) => {
      await db.insert(TemplateEntity, template).catch(refuseTaken('name', TAKEN, 'name_taken', 'template_name'));
      await db.insert(TemplateVersionEntity, first);
    });
    return { ...template, latestVersion: 1 };
  }

  /** The next version, not yet published; null when the tenant has no such template. */
  async addVersion(
    tenantId: string,
    templateId: string,
    content: VersionContent,
    now: Date,
    id = newId(),
  ): Promise<TemplateVersionEntity | null> {
    return this.rows.manager.transaction(async (db) => {
      // Two versions at once get their numbers one after the other.
      const { affected } = await db.update(TemplateEntity, { tenantId, id: templateId }, { updatedAt: now });
      if (affected === 0) return null;
      const latest = await db.maximum(TemplateVersionEntity, 'version', { tenantId, templateId });
      const version = { ...content, id, tenantId, templateId, version: (latest ?? 0) + 1, createdAt: now };
      await db.insert(TemplateVersionEntity, version);
      return version;
    });
  }

  /** @returns whether the tenant has that template in that version */
  async publish(tenantId: string, templateId: string, version: number, now: Date): Promise<boolean> {
    const { affected } = await this.rows
      .createQueryBuilder()
      .update({ publishedVersion: version, updatedAt: now })
      .where({ tenantId, id: templateId })
      .andWhere('EXISTS (SELECT FROM template_version v WHERE v.template_id = template.id AND v.version = :version)')
      .setParameter('version', version)
      .execute();
    return affected === 1;
  }

  override list(tenantId: string, filter: TemplateFilter, limit: number, before?: string): Promise<TemplateEntity[]> {
    const { archived = false, ...rest } = filter;
    return super.list(tenantId, { ...rest, archivedAt: archived ? Not(IsNull()) : IsNull() }, limit, before);
  }

  /**
   * New messages cannot use it any more, and its name is free; its versions stay. @returns whether the tenant has it
   */
  archive(tenantId: string, id: string, now: Date): Promise<boolean> {
    return this.setOnce(tenantId, { id }, 'archivedAt', now);
  }

  /** One version of a template of the tenant. */
  async findVersion(tenantId: string, templateId: string, version: number): Promise<TemplateVersionEntity | null> {
    return this.versions.findOneBy({ tenantId, templateId, version });
  }

  async findVersionById(tenantId: string, id: string): Promise<TemplateVersionEntity | null> {
    return this.versions.findOneBy({ tenantId, id });
  }

  /** Versions of a template of the tenant, newest first. @param before id of the last one of the page before */
  listVersions(tenantId: string, templateId: string, limit: number, before?: string): Promise<TemplateVersionEntity[]> {
    return listNewest(this.versions, tenantId, { templateId }, limit, before);
  }

  /**
   * Finds versions of any tenants: for messages that were accepted with these versions, which were then the tenant's
   * own.
   */
  async findVersions(ids: string[]): Promise<VersionSource[]> {
    if (ids.length === 0) return [];
    const select = { id: true, subject: true, html: true, text: true, lenient: true };
    return this.versions.find({ select, where: { id: In(ids) } });
  }
}
