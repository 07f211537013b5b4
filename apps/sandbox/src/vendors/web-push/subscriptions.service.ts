import { createECDH, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { BrowserKeys } from './payload-encryption.js';

const MAX_SUBSCRIPTIONS = 10_000;

/** The browsers that the sandbox plays: it hands out their subscriptions and keeps their keys. */
@Injectable()
export class Subscriptions {
  private readonly browsers = new LRUCache<string, BrowserKeys & { gone: boolean }>({ max: MAX_SUBSCRIPTIONS });

  /** A new one: what its page is given of it. */
  create(): { id: string; keys: { p256dh: string; auth: string } } {
    const pair = createECDH('prime256v1');
    pair.generateKeys();
    const auth = randomBytes(16);
    const id = randomBytes(16).toString('base64url');
    this.browsers.set(id, { pair, auth, gone: false });
    return { id, keys: { p256dh: pair.getPublicKey('base64url'), auth: auth.toString('base64url') } };
  }

  find(id: string): (BrowserKeys & { gone: boolean }) | undefined {
    return this.browsers.get(id);
  }

  /** The browser has unsubscribed: pushes are answered with 410 from now on. */
  end(id: string): boolean {
    const browser = this.browsers.get(id);
    if (browser) browser.gone = true;
    return browser !== undefined;
  }
}
