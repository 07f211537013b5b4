/**
 * A path at a vendor, or at what stands in for it.
 *
 * @param baseUrl may have a path itself, which is kept: `https://proxy.example/twilio`
 * @param path begins with a slash; what is put into it has been encoded
 */
export function vendorUrl(baseUrl: string, path: string): URL {
  return new URL(baseUrl.replace(/\/+$/, '') + path);
}

/**
 * Makes the URL to which a vendor reports what became of a message: the connection's address of callbacks, with our id
 * in it.
 */
export function callbackUrlOf(callbackUrl: string, messageId: string): string {
  const url = new URL(callbackUrl);
  url.searchParams.set('m', messageId);
  return url.href;
}
