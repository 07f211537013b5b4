import { isIP } from 'node:net';

/**
 * `scheme://authority/rest`, of what can be seen of ASCII and means one thing alone: no user, no zone, no backslash,
 * nothing encoded.
 */
const URL_PARTS = /^https?:\/\/(?<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?<port>\d{1,5}))?(?<rest>\/[\x21-\x7e]*)?$/i;

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** What a resolver takes for the end of an IPv4 address: `1`, `0x7f`. */
const NUMBER = /^(\d+|0x[0-9a-f]*)$/i;

/**
 * Tells whether a text is an address of http or https in its plain spelling, which every parser reads alike. Names of
 * other scripts are written as the DNS has them (`xn--…`).
 *
 * @param query whether it may have one; fragments are never sent
 */
export function isPlainHttpUrl(text: string, { query = false } = {}): boolean {
  const { host, port, rest = '' } = URL_PARTS.exec(text)?.groups ?? {};
  if (host === undefined || /[\\#]/.test(rest) || (!query && rest.includes('?'))) return false;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  const isAddress = host.startsWith('[') ? isIP(host.slice(1, -1)) === 6 : isPlainHost(host);
  return isAddress && URL.canParse(text);
}

/**
 * Tells whether a text is the name of a host or an IP address, without brackets or zone, and no disguise of one
 * (`2130706433`, `0x7f.1`).
 */
export function isPlainHost(text: string): boolean {
  if (/^[0-9a-f:.]+$/i.test(text) && isIP(text) !== 0) return true;
  const labels = text.split('.');
  return text.length <= 253 && labels.every((label) => LABEL.test(label)) && !NUMBER.test(labels.at(-1) ?? '');
}
