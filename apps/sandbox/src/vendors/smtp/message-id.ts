const HEADER = /^message-id:[ \t]*(?:\r\n[ \t]+)?<([^<>\r\n]+)>/im;
const OUR_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/i;

/**
 * Outbell's id of a mail, from its Message-ID (`<id@domain>`); the whole Message-ID if somebody else made it; null if
 * there is none.
 *
 * @param raw the mail, or as much of it as has come
 */
export function readMessageId(raw: Buffer): string | null {
  const end = raw.indexOf('\r\n\r\n');
  const header = raw.toString('latin1', 0, end < 0 ? raw.length : end);
  const value = HEADER.exec(header)?.[1];
  if (value === undefined) return null;
  return OUR_ID.exec(value)?.[1]?.toLowerCase() ?? value;
}
