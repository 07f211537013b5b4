/** Our own pages: nothing from elsewhere, nothing inline. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A mail as it came from outside: no script, no form, nothing loaded from the network, in an origin of its own. It
 * holds too when the address is opened without the frame.
 */
export const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

export const COMMON_HEADERS = {
  'cache-control': 'no-store',
  // Not `no-referrer`: browsers would then send the origin of our own form as `null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const;
