import { Column, Entity } from 'typeorm';
import { ChangeableRow } from './tenant-row.js';

/** A person who can be messaged. */
@Entity('contact')
export class ContactEntity extends ChangeableRow {
  /** What the tenant calls it, once per tenant. */
  @Column('text', { nullable: true })
  externalId!: string | null;

  @Column('text', { nullable: true })
  email!: string | null;

  /** E.164. */
  @Column('text', { nullable: true })
  phone!: string | null;

  @Column('text', { nullable: true })
  locale!: string | null;

  /** IANA (`Europe/Paris`). */
  @Column('text', { nullable: true })
  timezone!: string | null;

  @Column('jsonb')
  attributes!: Record<string, unknown>;
}
