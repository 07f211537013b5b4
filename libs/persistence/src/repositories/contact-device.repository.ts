import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newId } from '@outbell/shared/uuid.js';
import { Repository } from 'typeorm';
import { ContactDeviceEntity } from '../entities/contact-device.entity.js';

export type NewDevice = Pick<ContactDeviceEntity, 'provider' | 'token' | 'platform'>;

@Injectable()
export class ContactDeviceRepository {
  constructor(@InjectRepository(ContactDeviceEntity) private readonly devices: Repository<ContactDeviceEntity>) {}

  /**
   * Notes that a contact has been seen with a device. A token that was another contact's is now this one's: the device
   * has changed hands. Who has just got it from its vendor knows better than an earlier verdict that it is dead: that
   * is taken back.
   *
   * @returns null when the tenant has no such contact
   */
  async see(tenantId: string, contactId: string, device: NewDevice, now: Date): Promise<ContactDeviceEntity | null> {
    const { provider, token, platform } = device;
    const values = [newId(), tenantId, contactId, provider, token, platform, now];
    const [row] = await this.devices.manager.query<ContactDeviceEntity[]>(SEE, values);
    return row ?? null;
  }

  /** Lists those of one contact of the tenant, the last seen first. */
  async list(tenantId: string, contactId: string, limit: number): Promise<ContactDeviceEntity[]> {
    const order = { lastSeenAt: 'DESC', id: 'DESC' } as const;
    return this.devices.find({ where: { tenantId, contactId }, order, take: limit });
  }

  /** @returns whether the tenant's contact had it */
  async remove(tenantId: string, contactId: string, id: string): Promise<boolean> {
    return (await this.devices.delete({ tenantId, contactId, id })).affected === 1;
  }
}

const SEE = `
  WITH seen AS (
    INSERT INTO contact_device (id, tenant_id, contact_id, provider, token, platform, last_seen_at, created_at)
    SELECT $1, tenant_id, id, $4, $5, $6, $7, $7 FROM contact WHERE tenant_id = $2 AND id = $3
    ON CONFLICT (tenant_id, token) DO UPDATE SET contact_id = excluded.contact_id, provider = excluded.provider,
      platform = excluded.platform, last_seen_at = excluded.last_seen_at
    RETURNING id, tenant_id AS "tenantId", contact_id AS "contactId", provider, token, platform,
      last_seen_at AS "lastSeenAt", created_at AS "createdAt"
  ), alive AS (
    DELETE FROM suppression
    WHERE tenant_id = $2 AND channel = 'push' AND address = $5 AND reason = 'invalid' AND EXISTS (SELECT FROM seen)
  )
  SELECT * FROM seen`;
