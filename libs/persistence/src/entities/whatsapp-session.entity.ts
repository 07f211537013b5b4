import { Column, Entity } from 'typeorm';
import { ChangeableRow } from './tenant-row.js';

/** Describes a paired WhatsApp number and the worker that has its one socket. */
@Entity('whatsapp_session')
export class WhatsAppSessionEntity extends ChangeableRow {
  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  phone!: string | null;

  @Column('text')
  state!: 'new' | 'pairing' | 'connected' | 'disconnected' | 'stopped';

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text')
  pairBy!: 'qr' | 'code';

  @Column('text', { nullable: true })
  pairPhone!: string | null;

  /** Until when the QR code or the pairing code is good. */
  @Column('timestamptz', { nullable: true })
  shownUntil!: Date | null;

  @Column('boolean')
  logoutWanted!: boolean;

  /** WhatsApp restricted the number: nothing is sent before. */
  @Column('timestamptz', { nullable: true })
  restrictedUntil!: Date | null;

  /** The worker that has, or had, the socket; what it writes is guarded by `fence`. */
  @Column('uuid', { nullable: true })
  owner!: string | null;

  @Column('int')
  fence!: number;

  @Column('timestamptz')
  leaseUntil!: Date;
}
