import type { Channel } from '@outbell/shared/constants/channels.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Maps a vendor's own name of a person to the recipient that messages have. */
@Entity('recipient_name')
export class RecipientNameEntity {
  @PrimaryColumn('text')
  channel!: Channel;

  /** As the vendor names the person. */
  @PrimaryColumn('text')
  vendorId!: string;

  @PrimaryColumn('uuid')
  tenantId!: string;

  /** As messages of the tenant have it. */
  @PrimaryColumn('text')
  recipient!: string;

  /** `YYYY-MM-DD`, UTC. */
  @Column('date')
  seenOn!: string;
}
