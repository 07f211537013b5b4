import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Records when a number wrote to a person for the first time. */
@Entity('whatsapp_contact')
export class WhatsAppContactEntity {
  @PrimaryColumn('uuid')
  tenantId!: string;

  @PrimaryColumn('text')
  phone!: string;

  @PrimaryColumn('text')
  contact!: string;

  /** `YYYY-MM-DD`, UTC. */
  @Column('date')
  firstOn!: string;
}
