import type { Channel } from '@outbell/shared/constants/channels.js';
import { Column, Entity, VirtualColumn } from 'typeorm';
import { ChangeableRow } from './tenant-row.js';

/** A template's name in one channel and locale. What it says is in its versions. */
@Entity('template')
export class TemplateEntity extends ChangeableRow {
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

  /** The number of its newest version, published or not. */
  @VirtualColumn({
    type: 'int',
    query: (template) => `SELECT max(v.version) FROM template_version v WHERE v.template_id = ${template}.id`,
  })
  latestVersion!: number;
}
