/** What a vendor says no with. Its room writes it in the vendor's own form. */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal';

  constructor(
    /** Of HTTP */
    readonly status: number,
    /** The vendor's own code; undefined: what fits the status */
    readonly code: string | undefined,
    message: string,
    /** Seconds or a date, as the header has it */
    readonly retryAfter?: string,
  ) {
    super(message);
  }
}
