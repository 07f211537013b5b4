import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { CallbackContext } from '@outbell/providers/callback.js';
import { httpRequest } from '@outbell/providers/http/http-request.js';
import { vendorAgents } from '@outbell/providers/http/vendor-agents.js';
import { VendorCall } from '@outbell/providers/http/vendor-call.js';
import { Config } from '@outbell/shared/config/config.schema.js';

const TIMEOUT_MS = 5_000;
const AT_ONCE = 10;

/**
 * Fetches what a callback asks for: from public addresses over https, and from those that OUTBOUND_ALLOW lists; without
 * redirects, in bounded time and size.
 */
@Injectable()
export class GuardedFetch implements CallbackContext, OnApplicationShutdown {
  private readonly agents;

  constructor(config: Config) {
    this.agents = vendorAgents(config.values.OUTBOUND_ALLOW, AT_ONCE);
  }

  /** @throws {Error} when it may not or cannot be reached, or answers with anything but 200 */
  fetchText = async (url: URL): Promise<string> => {
    if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw new Error('only https addresses without a user are fetched');
    }
    // The agents refuse http to whatever OUTBOUND_ALLOW does not list.
    const request = { method: 'GET' as const, url };
    const { status, text } = await VendorCall.run(TIMEOUT_MS, () => httpRequest(request, this.agents));
    if (status !== 200) throw new Error(`${url.hostname} answered ${status}`);
    return text;
  };

  onApplicationShutdown(): void {
    this.agents.destroy();
  }
}
