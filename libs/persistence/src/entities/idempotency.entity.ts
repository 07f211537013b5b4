import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Keeps the first answer to a request with an `Idempotency-Key`, other than of a single message. */
@Entity('idempotency')
export class IdempotencyEntity {
  @PrimaryColumn('uuid')
  tenantId!: string;

  /** SHA-256 of the key with its mode. */
  @PrimaryColumn('bytea')
  key!: Buffer;

  /** SHA-256 of the request. */
  @Column('bytea')
  request!: Buffer;

  /** Of what the request makes, reserved before it is made. */
  @Column('uuid')
  id!: string;

  /** Who works on it is given up after this; null: it is answered. */
  @Column('timestamptz', { nullable: true })
  heldUntil!: Date | null;

  @Column('text', { nullable: true })
  keyId!: string | null;

  @Column('bytea', { nullable: true })
  sealedKey!: Buffer | null;

  /** The answer. */
  @Column('bytea', { nullable: true })
  sealedData!: Buffer | null;

  @Column('timestamptz')
  createdAt!: Date;
}
