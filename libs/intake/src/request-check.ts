import { Injectable } from '@nestjs/common';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { InputError } from '@outbell/shared/errors.js';
import { DerivableText } from './derivable-text.js';
import type { MessageRequest } from './message-request.js';
import type { PendingMessage } from './pending-message.js';
import { requestErrors } from './request-policy.js';

/** Checks what requests say by themselves, and writes their addresses in the form in which they are kept. */
@Injectable()
export class RequestCheck {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly texts: DerivableText,
  ) {}

  /** Finds out, in slices of the event loop, of which html no plain text can be made. */
  lookAtTexts(requests: readonly MessageRequest[]): Promise<void> {
    return this.texts.look(requests);
  }

  run(drafts: PendingMessage[]): void {
    const { CHANNELS } = this.config.values;
    const now = this.clock.now();
    for (const draft of drafts) {
      const { request } = draft;
      const errors = requestErrors(request, CHANNELS, now);
      try {
        if (request.to !== undefined) draft.recipient = normalizeAddress(request.channel, request.to, 'to');
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        errors.push(...error.errors);
      }
      if (errors.length > 0) draft.refuse(errors);
    }
  }
}
