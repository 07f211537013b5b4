import { Injectable } from '@nestjs/common';
import type { ContactDeviceEntity } from '@outbell/persistence/entities/contact-device.entity.js';
import { ContactDeviceRepository } from '@outbell/persistence/repositories/contact-device.repository.js';
import { asAddress } from '@outbell/channels/addresses.js';
import { isSubscription, normalizePushToken } from '@outbell/shared/addresses/push-token.js';
import { Clock } from '@outbell/shared/clock.js';
import { found, InputError, NotFoundError } from '@outbell/shared/errors.js';
import type { SeeDeviceDto } from './device.dto.js';

/** More than a person has; the longest unseen are seldom alive. */
const SHOWN = 100;

/** Where notifications to contacts arrive. */
@Injectable()
export class DevicesService {
  constructor(
    private readonly devices: ContactDeviceRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {NotFoundError} when there is no such contact @throws {InputError} for what is no token of the provider */
  async see(tenantId: string, contactId: string, wanted: SeeDeviceDto): Promise<ContactDeviceEntity> {
    const { provider, platform } = wanted;
    const token = asAddress(() => normalizePushToken(wanted.token, 'token'));
    if (isSubscription(token) !== (provider === 'web-push')) {
      const text = `is none of ${provider}: a browser has a subscription, an app a token`;
      throw InputError.forField('token', text, 400, 'invalid_address');
    }
    const device = { provider, token, platform: platform ?? null };
    return found(await this.devices.see(tenantId, contactId, device, this.clock.now()), 'contact', contactId);
  }

  /** The last seen first. */
  async list(tenantId: string, contactId: string): Promise<ContactDeviceEntity[]> {
    return this.devices.list(tenantId, contactId, SHOWN);
  }

  /** @throws {NotFoundError} */
  async remove(tenantId: string, contactId: string, id: string): Promise<void> {
    if (!(await this.devices.remove(tenantId, contactId, id))) throw new NotFoundError('device', id);
  }
}
