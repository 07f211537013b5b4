import type { OutgoingEmail } from '../provider.js';

/** Headers that are built from the message's own fields; a second one would contradict them. */
const OWN_HEADERS = /^(from|sender|to|cc|bcc|subject|date|message-id|return-path|mime-version|content-.*)$/i;

/** RFC 5322: printable ASCII but the colon. */
const HEADER_NAME = /^[\x21-\x39\x3b-\x7e]+$/;

const LINE_BREAK = /[\r\n\0]/;

/** One plain address: no list, group, display name, comment or space. */
const ADDRESS = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u;

/**
 * Says why this message must not be written to a mail server, if it must not: something in it would end a header early
 * and begin another. Requests are checked when they come in; this is the last door before the wire.
 */
export function unsafeHeader(message: OutgoingEmail): 'invalid_address' | 'invalid_header' | undefined {
  if (!ADDRESS.test(message.to) || !ADDRESS.test(message.from.address)) return 'invalid_address';
  const values = [message.subject, message.messageId, message.from.name ?? '', ...Object.values(message.headers)];
  if (values.some((value) => LINE_BREAK.test(value))) return 'invalid_header';
  const namesAreSafe = Object.keys(message.headers).every((name) => HEADER_NAME.test(name) && !OWN_HEADERS.test(name));
  return namesAreSafe ? undefined : 'invalid_header';
}
