import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { InputError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, type EntityManager, In, LessThan } from 'typeorm';
import { TemplateVersionEntity } from '../entities/template-version.entity.js';
import { TemplateEntity } from '../entities/template.entity.js';
import { changedCount, changedRows } from '../statements.js';

/** A template with the number of its newest version, published or not. */
export type TemplateRow = TemplateEntity & { latestVersion: number };

export type NewTemplate = Pick<TemplateEntity, 'name' | 'channel' | 'locale'>;
export type VersionContent = Pick<TemplateVersionEntity, 'subject' | 'html' | 'text' | 'variables' | 'lenient'>;
/** What rendering needs of a version. */
export type VersionSource = Pick<TemplateVersionEntity, 'id' | 'subject' | 'html' | 'text' | 'lenient'>;

export interface TemplateFilter {
  name?: string | undefined;
  channel?: Channel | undefined;
  /** Those that are archived, and no others. Default: those that are not. */
  archived?: boolean | undefined;
}

const COLUMNS = `t.id, t.tenant_id AS "tenantId", t.name, t.channel, t.locale, t.published_version AS "publishedVersion", t.archived_at AS "archivedAt",
  t.created_at AS "createdAt", t.updated_at AS "updatedAt",
  (SELECT max(v.version) FROM template_version v WHERE v.template_id = t.id) AS "latestVersion"`;

@Injectable()
export class TemplateRepository {
  constructor(private readonly dataSource: DataSource) {}

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
  ): Promise<TemplateRow> {
    const template = {
      id,
      tenantId,
      ...wanted,
      publishedVersion: null,
      archivedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    return this.dataSource.transaction(async (db) => {
      const inserted = await db.query<object[]>(
        `INSERT INTO template (id, tenant_id, name, channel, locale, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (tenant_id, name, channel, locale) WHERE archived_at IS NULL DO NOTHING RETURNING id`,
        [template.id, tenantId, wanted.name, wanted.channel, wanted.locale, now],
      );
      if (inserted.length === 0) {
        const text = 'is taken by a template of that channel and locale; add a version to it';
        throw InputError.of('name', text, 409, 'name_taken');
      }
      await this.insertVersion(db, {
        id: newId(),
        ...content,
        tenantId,
        templateId: template.id,
        version: 1,
        createdAt: now,
      });
      return { ...template, latestVersion: 1 };
    });
  }

  /** The next version, not yet published; null when the tenant has no such template. */
  async addVersion(
    tenantId: string,
    templateId: string,
    content: VersionContent,
    now: Date,
    id = newId(),
  ): Promise<TemplateVersionEntity | null> {
    return this.dataSource.transaction(async (db) => {
      // Two versions at once get their numbers one after the other.
      const locked = await changedRows(
        db,
        `UPDATE template SET updated_at = $3 WHERE tenant_id = $1 AND id = $2 RETURNING id`,
        [tenantId, templateId, now],
      );
      if (locked.length === 0) return null;
      const [latest] = await db.query<{ version: number }[]>(
        `SELECT max(version) AS version FROM template_version WHERE tenant_id = $1 AND template_id = $2`,
        [tenantId, templateId],
      );
      return this.insertVersion(db, {
        id,
        ...content,
        tenantId,
        templateId,
        version: (latest?.version ?? 0) + 1,
        createdAt: now,
      });
    });
  }

  /** @returns whether the tenant has that template in that version */
  async publish(tenantId: string, templateId: string, version: number, now: Date): Promise<boolean> {
    const published = await changedRows(
      this.dataSource,
      `UPDATE template t SET published_version = v.version, updated_at = $4 FROM template_version v
       WHERE t.tenant_id = $1 AND t.id = $2 AND v.template_id = t.id AND v.version = $3 RETURNING t.id`,
      [tenantId, templateId, version, now],
    );
    return published.length === 1;
  }

  async find(tenantId: string, id: string): Promise<TemplateRow | null> {
    const rows = await this.dataSource.query<TemplateRow[]>(
      `SELECT ${COLUMNS} FROM template t WHERE t.tenant_id = $1 AND t.id = $2`,
      [tenantId, id],
    );
    return rows[0] ?? null;
  }

  /** A tenant's templates, newest first. @param before id of the last one of the page before */
  async list(tenantId: string, filter: TemplateFilter, limit: number, before?: string): Promise<TemplateRow[]> {
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM template t
       WHERE t.tenant_id = $1 AND ($2::text IS NULL OR t.name = $2) AND ($3::text IS NULL OR t.channel = $3)
         AND ($4::uuid IS NULL OR t.id < $4) AND (t.archived_at IS NOT NULL) = $6
       ORDER BY t.id DESC LIMIT $5`,
      [tenantId, filter.name ?? null, filter.channel ?? null, before ?? null, limit, filter.archived ?? false],
    );
  }

  /** New messages cannot use it any more, and its name is free; its versions stay. @returns whether the tenant has it */
  async archive(tenantId: string, id: string, now: Date): Promise<boolean> {
    const archived = await changedCount(
      this.dataSource,
      `UPDATE template SET archived_at = coalesce(archived_at, $3) WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, now],
    );
    return archived === 1;
  }

  /** One version of a template of the tenant. */
  async findVersion(tenantId: string, templateId: string, version: number): Promise<TemplateVersionEntity | null> {
    return this.versions.findOneBy({ tenantId, templateId, version });
  }

  async findVersionById(tenantId: string, id: string): Promise<TemplateVersionEntity | null> {
    return this.versions.findOneBy({ tenantId, id });
  }

  /** Versions of a template of the tenant, newest first. @param before id of the last one of the page before */
  async listVersions(
    tenantId: string,
    templateId: string,
    limit: number,
    before?: string,
  ): Promise<TemplateVersionEntity[]> {
    return this.versions.find({
      where: { tenantId, templateId, ...(before !== undefined && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Of any tenants: for messages that were accepted with these versions, which were then the tenant's own. */
  async findVersions(ids: string[]): Promise<VersionSource[]> {
    if (ids.length === 0) return [];
    const select = { id: true, subject: true, html: true, text: true, lenient: true };
    return this.versions.find({ select, where: { id: In(ids) } });
  }

  private get versions() {
    return this.dataSource.getRepository(TemplateVersionEntity);
  }

  private async insertVersion(db: EntityManager, version: TemplateVersionEntity): Promise<TemplateVersionEntity> {
    await db.insert(TemplateVersionEntity, version);
    return version;
  }
}
