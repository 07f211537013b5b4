import type { Channel } from '@outbell/shared/constants/channels.js';
import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';

/** A template's name in one channel and locale. What it says is in its versions. */
@Entity('template')
export class TemplateEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  channel!: Channel;

  @Column('text')
  locale!: string;

  /** The version that messages get; null until one is published. */
  @Column('int', { nullable: true })
  publishedVersion!: number | null;

  /** Since then new messages cannot use it, and its name is free. */
  @Column('timestamptz', { nullable: true })
  archivedAt!: Date | null;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  updatedAt!: Date;

  /** The number of its newest version, published or not. */
  @VirtualColumn({
    type: 'int',
    query: (template) => `SELECT max(v.version) FROM template_version v WHERE v.template_id = ${template}.id`,
  })
  latestVersion!: number;
}
