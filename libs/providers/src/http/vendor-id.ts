const PRINTABLE = /^[\x21-\x7e]{1,512}$/;

/**
 * Whether it is an id that can be kept and compared: a vendor may answer anything, and whoever stands in for one too.
 */
export function isVendorId(value: unknown): value is string {
  return typeof value === 'string' && PRINTABLE.test(value);
}
