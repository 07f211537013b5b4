import { normalizeSender } from '@outbell/channels/addresses.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { InputError } from '@outbell/shared/errors.js';
import type { Installation } from '../installation.js';
import { requireTenant } from '../require-tenant.js';

/** Describes the arguments of a command about a sender. */
export const SENDER_ARGUMENTS = {
  tenant: 'its name or id',
  channel: `one of: ${CHANNELS.join(', ')}`,
  address: 'what recipients see: an email address, a number, a name, an app',
};

/**
 * Finds whom a command about a sender speaks of, its address as it is stored.
 *
 * @param given tenant, channel and address
 * @throws {InputError} for an unknown tenant or channel, or what is no address of it
 */
export async function senderSubject(installation: Installation, given: string[]) {
  const [tenant = '', channel = '', address = ''] = given;
  const known = CHANNELS.find((name): name is Channel => name === channel);
  if (!known) throw InputError.forField('channel', `must be one of: ${CHANNELS.join(', ')}`);
  const { id, name } = await requireTenant(installation, tenant);
  return { tenantId: id, tenantName: name, channel: known, address: normalizeSender(known, address) };
}
