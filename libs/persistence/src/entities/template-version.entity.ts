import { Column, Entity } from 'typeorm';
import { TenantRow } from './tenant-row.js';

/**
 * Holds what a template says. Never changed once written: what a message was rendered from can always be read again.
 */
@Entity('template_version')
export class TemplateVersionEntity extends TenantRow {
  @Column('uuid')
  templateId!: string;

  /** 1, 2, 3 … within its template. */
  @Column('int')
  version!: number;

  @Column('text', { nullable: true })
  subject!: string | null;

  @Column('text', { nullable: true })
  html!: string | null;

  @Column('text', { nullable: true })
  text!: string | null;

  /** Variables that must be given. */
  @Column('text', { array: true })
  variables!: string[];

  /** A missing variable renders as nothing. */
  @Column('boolean')
  lenient!: boolean;
}
