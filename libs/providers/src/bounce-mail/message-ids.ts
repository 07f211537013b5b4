import { MESSAGE_HEADER } from '@outbell/shared/constants/mail-headers.js';
import { idOfRelay } from './relay-id.js';
import { messageIdOf, vendorIdOf } from '../callbacks/event-fields.js';
import { type BounceMessage, ownHeader, returnedHeader } from './bounce-message.js';

/**
 * Our id, out of the copy of our message: its own header, or what stands before the `@` in the Message-ID that we gave
 * it.
 */
export function ownIdOf(message: BounceMessage): string | undefined {
  const named = messageIdOf(returnedHeader(message, MESSAGE_HEADER.toLowerCase())?.trim());
  if (named !== undefined) return named;
  const ids = [
    returnedHeader(message, 'message-id'),
    // Gmail's relay keeps ours so, where it gives another.
    returnedHeader(message, 'x-google-original-message-id'),
    ownHeader(message, 'in-reply-to'),
    ownHeader(message, 'references'),
  ]
    .flatMap((value) => [...(value ?? '').matchAll(/<?([^\s@<>]{1,100})@/g)])
    .map(([, id]) => messageIdOf(id));
  return ids.find((id) => id !== undefined);
}

/** The Message-ID that a relay gave it, as the relay said it when it took the message; undefined where it is ours. */
export function relayIdOf(message: BounceMessage): string | undefined {
  const id = /<([^\s<>]{1,250})>/.exec(returnedHeader(message, 'message-id') ?? '')?.[1];
  if (id === undefined || messageIdOf(id.split('@')[0]) !== undefined) return undefined;
  return vendorIdOf(idOfRelay(id));
}
