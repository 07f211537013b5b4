import { Injectable } from '@nestjs/common';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { keepsBounds, TEXT_BOUNDS } from '@outbell/content/plain-text/text-bounds.js';
import { textFault } from '@outbell/content/text-from-html.js';
import { isLongerThan } from '@outbell/shared/characters.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { InputError } from '@outbell/shared/errors.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import type { FallbackRequest, MessageRequest } from './message-request.js';
import type { PendingMessage } from './pending-message.js';
import { requestErrors } from './request-policy.js';

/** Checks what requests say by themselves, and writes their addresses in the form in which they are kept. */
@Injectable()
export class RequestCheck {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly loop: EventLoop,
  ) {}

  /**
   * Finds out, before messages are accepted, whether the plain text can be made of their html that goes beside it. Of
   * nearly every message that is known at a glance; for the others the text is made, in slices, so that no other
   * request waits for it. Sets `textFault` of the requests, and of their fallbacks, of whose html no text can be made.
   */
  async findTextFaults(requests: readonly MessageRequest[]): Promise<void> {
    for (const request of requests) {
      for (const content of [request, ...(request.fallback ?? [])]) {
        const { html } = content;
        if (html === undefined || !needsLook(content)) continue;
        content.textFault = await this.loop.inTurn('derive_text', undefined, () => textFault(html));
      }
    }
  }

  run(pending: PendingMessage[]): void {
    const { CHANNELS } = this.config.values;
    const now = this.clock.now();
    for (const entry of pending) {
      const { request } = entry;
      const errors = requestErrors(request, CHANNELS, now);
      try {
        if (request.to !== undefined) entry.recipient = normalizeAddress(request.channel, request.to, 'to');
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        errors.push(...error.errors);
      }
      if (errors.length > 0) entry.refuse(errors);
    }
  }
}

/** Longer html is refused for its length. */
function needsLook({ html, text }: MessageRequest | FallbackRequest): boolean {
  return html !== undefined && text === undefined && !isLongerThan(html, TEXT_BOUNDS.input) && !keepsBounds(html);
}
