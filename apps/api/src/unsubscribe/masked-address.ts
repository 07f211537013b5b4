/**
 * An address as its owner recognises it and nobody else can use it: `a•••e@example.org`. The link may have been handed
 * on with the mail, and stands in logs of proxies.
 */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const name = Array.from(at < 0 ? address : address.slice(0, at));
  const [first = ''] = name;
  const last = name.length > 3 ? name.at(-1) : '';
  return `${first}•••${last}${at < 0 ? '' : address.slice(at)}`;
}
