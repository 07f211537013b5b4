import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.schema.js';
import { KeyRing } from './key-ring.js';

/**
 * Makes values that leave the installation and come back (unsubscribe links) unforgeable. Not secret: whoever holds a
 * token can read its value. A token is good for the one purpose it was signed for, as long as its key is configured.
 */
@Injectable()
export class Signer {
  private readonly keys: KeyRing;

  constructor(config: Config) {
    this.keys = new KeyRing(config.values.KEY_ENCRYPTION_KEYS);
  }

  /** @returns `keyId.value.signature`, the latter two in base64url: safe in a URL and in a header */
  sign(purpose: string, value: string): string {
    const keyId = this.keys.activeId;
    const body = Buffer.from(value).toString('base64url');
    return `${keyId}.${body}.${this.signature(keyId, purpose, body)}`;
  }

  /** @returns the value signed, or null when the token is not one of ours for this purpose */
  verify(purpose: string, token: string): string | null {
    const [keyId, body, signature, ...rest] = token.split('.');
    if (!keyId || body === undefined || !signature || rest.length > 0 || !this.keys.ids.includes(keyId)) return null;
    const expected = Buffer.from(this.signature(keyId, purpose, body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return Buffer.from(body, 'base64url').toString();
  }

  private signature(keyId: string, purpose: string, body: string): string {
    return createHmac('sha256', this.keys.derive(keyId, `sign ${purpose}`))
      .update(body)
      .digest('base64url');
  }
}
