import { Injectable } from '@nestjs/common';
import { keepsBounds, TEXT_BOUNDS } from '@outbell/content/plain-text/text-bounds.js';
import { textFault } from '@outbell/content/text-from-html.js';
import { isLongerThan } from '@outbell/shared/characters.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import type { FallbackRequest, MessageRequest } from './message-request.js';

type Content = Pick<MessageRequest | FallbackRequest, 'html' | 'text' | 'textFault'>;

/**
 * Finds out, before a message is accepted, whether the plain text can be made of its html that goes beside it. Of
 * nearly every message that is known at a glance; for the others the text is made, in slices, so that no other request
 * waits for it.
 */
@Injectable()
export class DerivableText {
  constructor(private readonly loop: EventLoop) {}

  /** Sets `textFault` of the requests, and of their fallbacks, of whose html no text can be made. */
  async look(requests: readonly MessageRequest[]): Promise<void> {
    for (const request of requests) {
      for (const content of [request, ...(request.fallback ?? [])]) {
        const { html } = content;
        if (html === undefined || !needsLook(content)) continue;
        content.textFault = await this.loop.inTurn('derive_text', undefined, () => textFault(html));
      }
    }
  }
}

/** Longer html is refused for its length. */
function needsLook({ html, text }: Content): boolean {
  return html !== undefined && text === undefined && !isLongerThan(html, TEXT_BOUNDS.input) && !keepsBounds(html);
}
