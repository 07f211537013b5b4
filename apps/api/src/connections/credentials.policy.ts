import type { ProviderType } from '@outbell/providers/provider.js';
import { outboundFault } from '@outbell/providers/outbound-fault.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { InputError } from '@outbell/shared/errors.js';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { fieldErrors } from '../http/field-errors.js';
import { STRICT } from '../http/read-dto.js';

/** @throws {InputError} that names the providers there are for the channel */
export function providerOf(channel: Channel, name: string): ProviderType {
  const provider = PROVIDERS.find(channel, name);
  if (provider) return provider;
  const known = PROVIDERS.typesOf(channel).map(({ providerName }) => providerName);
  const text = `there is no such provider for ${channel}; there are: ${known.join(', ')}`;
  throw InputError.forField('provider', text, 400, 'unknown_provider');
}

/**
 * @param given null is what was left out: providers know no other nothing than that
 * @param outboundAllow private ranges that may be reached
 * @throws {InputError} naming every field as `credentials.host`; no value but that of an address is repeated
 */
export async function checkCredentials(
  { Credentials }: ProviderType,
  given: object,
  outboundAllow: readonly string[],
): Promise<object> {
  const there = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const credentials = plainToInstance(Credentials, there);
  const errors = await validate(credentials, STRICT);
  if (errors.length > 0)
    throw new InputError(fieldErrors(errors).map((error) => ({ ...error, field: `credentials.${error.field}` })));
  const fault = outboundFault(credentials, outboundAllow);
  if (fault) throw InputError.forField(`credentials.${fault.field}`, fault.message);
  return credentials;
}
