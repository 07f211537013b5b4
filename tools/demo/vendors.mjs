import { SENDER } from './resources.mjs';

/** 555-01xx is kept for films: these are nobody's. */
const OURS = '+12015550100';
const ADAS = '+12015550142';

/** The message that goes by SendGrid has it; whatever else you send by email goes by SMTP. */
const TAG = 'every-channel';

/**
 * One channel, by one of its vendors as the sandbox plays it.
 *
 * @typedef {object} Vendor
 * @property {string} channel
 * @property {string} provider
 * @property {string} sender
 * @property {string} [to] absent: a browser, which allows notifications first
 * @property {object} content
 * @property {object} [conditions] of its connection
 * @property {object} credentials without `base_url`, and the keys of Web Push
 * @property {{ told: string, credential: string }} [secret] what the sandbox signs its receipts with, and where the
 * connection has it
 * @property {string} [checkedBy] how a receipt shows that it is the vendor's; absent: it reports nothing
 */

/** @type {Vendor[]} */
export const VENDORS = [
  {
    channel: 'email',
    provider: 'sendgrid',
    sender: SENDER,
    to: 'ada@example.com',
    content: { subject: 'Your order 1042 is on its way', text: 'It comes tomorrow.', tags: [TAG] },
    conditions: { tags: [TAG] },
    credentials: { api_key: 'SG.sandbox' },
    secret: { told: 'public_key', credential: 'webhook_public_keys' },
    checkedBy: 'its ECDSA signature',
  },
  {
    channel: 'sms',
    provider: 'twilio',
    sender: OURS,
    to: ADAS,
    content: { text: 'Your order 1042 is on its way. It comes tomorrow.' },
    credentials: { account_sid: `AC${'0'.repeat(32)}`, auth_token: 'sandbox' },
    checkedBy: 'X-Twilio-Signature',
  },
  {
    channel: 'whatsapp',
    provider: 'whatsapp-cloud',
    sender: OURS,
    to: ADAS,
    content: { whatsapp_template: { name: 'order_shipped', language: 'en', parameters: ['Ada', '1042'] } },
    credentials: { phone_number_id: '100000000000001', access_token: 'sandbox' },
    secret: { told: 'secret', credential: 'app_secrets' },
    checkedBy: 'X-Hub-Signature-256',
  },
  {
    channel: 'push',
    provider: 'web-push',
    sender: 'demo.example',
    content: { subject: 'Order 1042', text: 'It comes tomorrow.', data: { order: '1042' } },
    credentials: { subject: `mailto:${SENDER}` },
  },
  {
    channel: 'voice',
    provider: 'voice-partner',
    sender: OURS,
    to: ADAS,
    content: { audio: 'order-on-its-way' },
    credentials: { api_key: 'sandbox', email_for_notification: SENDER },
    checkedBy: 'the token in its address',
  },
];
