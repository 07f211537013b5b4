import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Finds the message that was accepted under a key. */
@Entity('message_dedupe')
export class MessageDedupeEntity {
  @PrimaryColumn('uuid')
  tenantId!: string;

  /** Whose keys these are: `tenant`, or a producer. */
  @PrimaryColumn('text')
  dedupeNamespace!: string;

  /** SHA-256 of the key. */
  @PrimaryColumn('bytea')
  dedupeKey!: Buffer;

  /** SHA-256 of what was asked. */
  @Column('bytea')
  bodyHash!: Buffer;

  @Column('uuid')
  messageId!: string;

  @Column('timestamptz')
  createdAt!: Date;
}
