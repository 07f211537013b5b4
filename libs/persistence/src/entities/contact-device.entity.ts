import { Column, Entity } from 'typeorm';
import { TenantRow } from './tenant-row.js';

export const DEVICE_PROVIDERS = ['fcm', 'web-push'] as const;
export type DeviceProvider = (typeof DEVICE_PROVIDERS)[number];

/**
 * Where notifications to a contact arrive. It goes when its token is suppressed as invalid: a trigger of suppression
 * sees to that.
 */
@Entity('contact_device')
export class ContactDeviceEntity extends TenantRow {
  @Column('uuid')
  contactId!: string;

  /** Whose token it is. */
  @Column('text')
  provider!: DeviceProvider;

  /** As messages are addressed to it, once per tenant. */
  @Column('text')
  token!: string;

  @Column('text', { nullable: true })
  platform!: string | null;

  /** When the app or the browser gave the token last. */
  @Column('timestamptz')
  lastSeenAt!: Date;
}
