import type { HttpVendor } from '../vendors/vendor-names.js';

/** What one has to know to use a vendor's stand-in. */
export interface VendorGuide {
  name: string;
  /** Of its `base_url` under the sandbox's own address */
  path: string;
  /** Those it takes; anything with `wrong` in it is refused */
  credentials: string;
  /** What it does not take, by recipient or sender */
  refuses: string;
}

export const VENDOR_GUIDE: Record<HttpVendor, VendorGuide> = {
  ses: {
    name: 'Amazon SES',
    path: '/vendors/ses',
    credentials: 'any access key and secret (signed in form)',
    refuses: 'from unverified@…',
  },
  sendgrid: {
    name: 'SendGrid',
    path: '/vendors/sendgrid',
    credentials: 'a key SG.…',
    refuses: 'from unverified@…',
  },
  resend: {
    name: 'Resend',
    path: '/vendors/resend',
    credentials: 'a key re_…',
    refuses: 'from unverified@…; another body under the same idempotency key',
  },
  sns: {
    name: 'Amazon SNS',
    path: '/vendors/sns',
    credentials: 'any access key and secret (signed in form)',
    refuses: 'numbers not in E.164',
  },
  twilio: {
    name: 'Twilio',
    path: '/vendors/twilio',
    credentials: 'an account AC and 32 hex digits, any token',
    refuses: 'to +15005550001 (21211), …2 (21612), …3 (21408), …4 (21610), …9 (21614); from …1, …7, …8',
  },
  'twilio-whatsapp': {
    name: 'Twilio WhatsApp',
    path: '/vendors/twilio',
    credentials: 'as Twilio',
    refuses: 'as Twilio',
  },
  'whatsapp-cloud': {
    name: 'WhatsApp Cloud',
    path: '/vendors/whatsapp-cloud',
    credentials: 'any token; a phone number id of digits',
    refuses: 'numbers ending in 0105 (131026), 0106 (131047), 0107 (131056); templates named …missing… (132001)',
  },
  smsmobileapi: {
    name: 'SMSMobileAPI',
    path: '/vendors/smsmobileapi',
    credentials: 'any key',
    refuses: 'what has no number or no text',
  },
  fcm: {
    name: 'Firebase Cloud Messaging',
    path: '/vendors/fcm',
    credentials: 'a service account with any RSA key',
    refuses: 'tokens beginning with unregistered, mismatch, invalid, quota, unavailable, apns',
  },
  'web-push': {
    name: 'Web Push',
    path: '/vendors/web-push',
    credentials: 'any VAPID keys',
    refuses: 'subscriptions that were ended (410) or never made here (404)',
  },
  'voice-partner': {
    name: 'Voice Partner',
    path: '/vendors/voice-partner',
    credentials: 'any key',
    refuses: 'the recording “missing” (404)',
  },
};
