import type { Evidence } from '@outbell/providers/callback.js';

/**
 * Reads a whole mail, headers and all, that came back: a delivery status (RFC 3464), a complaint (RFC 5965), or what mail servers write in
 * their own words. Empty when it is none of these.
 *
 * @throws {UnreadableCallbackError} for what is no mail
 */
export type BounceMailReader = (raw: Buffer) => Promise<Evidence[]>;

export const BOUNCE_MAIL_READER = Symbol('BounceMailReader');
