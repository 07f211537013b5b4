/** The vendors with an HTTP API that the sandbox stands in for, as providers are named in a connection. */
export const HTTP_VENDORS = [
  'ses',
  'sns',
  'sendgrid',
  'resend',
  'twilio',
  'twilio-whatsapp',
  'whatsapp-cloud',
  'smsmobileapi',
  'fcm',
  'web-push',
  'voice-partner',
] as const;
export type HttpVendor = (typeof HTTP_VENDORS)[number];
