import type { FieldError } from '@outbell/shared/errors.js';
import { isIP } from 'node:net';
import { AddressNotAllowedError, OutboundGuard } from './outbound-guard.js';

/**
 * Says what is wrong with the address in credentials, as far as it is written there: an IP address that no connection
 * is made to. What a name resolves to is seen when it is called.
 *
 * @param credentials checked by their provider
 * @param allow private ranges that may be reached
 */
export function outboundFault(credentials: object, allow: readonly string[]): FieldError | null {
  const place = placeIn(credentials);
  if (!place || isIP(place.host) === 0) return null;
  try {
    new OutboundGuard(allow, place.isEncrypted ? 'public' : 'listed').check(place.host);
    return null;
  } catch (error) {
    if (!(error instanceof AddressNotAllowedError)) throw error;
    return { field: place.field, message: error.message };
  }
}

interface Place {
  base_url?: string;
  host?: string;
  security?: string;
}

function placeIn({ base_url, host, security }: Place) {
  if (base_url !== undefined) {
    const { protocol, hostname } = new URL(base_url);
    const literal = hostname.replace(/^\[(.*)\]$/, '$1');
    return place(BASE_URL, literal, protocol === 'https:');
  }
  return host === undefined ? null : place(HOST, host, security !== 'none');
}

const BASE_URL = 'base_url' satisfies keyof Place;
const HOST = 'host' satisfies keyof Place;

function place(field: string, host: string, isEncrypted: boolean) {
  return { field, host, isEncrypted };
}
