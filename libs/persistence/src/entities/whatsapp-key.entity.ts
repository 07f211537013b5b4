import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Keeps a Signal key or the credentials of a WhatsApp session, sealed. */
@Entity('whatsapp_key')
export class WhatsAppKeyEntity {
  /** Made of session, kind and name: names hold telephone numbers. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  sessionId!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  keyId!: string;

  @Column('bytea')
  sealedKey!: Buffer;

  @Column('bytea')
  sealedData!: Buffer;
}
