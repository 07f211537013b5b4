import type { Channel } from '@outbell/shared/constants/channels.js';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import webPush from 'web-push';

/** How one vendor is used as it stands in the sandbox. */
export interface SandboxVendor {
  provider: string;
  channel: Channel;
  /** Of its own each time: the limits of some vendors are an account's. @param base its `base_url` */
  credentials(base: string): object;
  /** Absent: it reports nothing. */
  receipts?: {
    /** What is told to the sandbox beside the address. */
    target?(base: string): object;
    /** What the connection has to know to believe them. @param told the sandbox's answer */
    secrets?(told: Record<string, string>): object;
    /** The best that it reports, where that is not `delivered`. */
    last?: 'sent';
  };
}

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:sandbox';

function aws(base: string): object {
  return { region: 'eu-west-1', access_key_id: 'AKIASANDBOX', secret_access_key: 'secret', base_url: base };
}

function twilio(base: string): object {
  return { account_sid: `AC${randomBytes(16).toString('hex')}`, auth_token: word(), base_url: base };
}

function serviceAccount(): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { project_id: 'our-app', client_email: 'push@our-app.iam.gserviceaccount.com', private_key: key };
}

function vapidKeys(): object {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  return { public_key: publicKey, private_key: privateKey };
}

function word(): string {
  return randomBytes(8).toString('hex');
}

export const SES: SandboxVendor = {
  provider: 'ses',
  channel: 'email',
  credentials: (base) => ({ ...aws(base), configuration_set: 'outbell', topic_arns: [TOPIC] }),
  receipts: {
    target: (base) => ({ topic_arn: TOPIC, signing_cert_url: `${base}/SimpleNotificationService-sandbox.pem` }),
  },
};

export const SENDGRID: SandboxVendor = {
  provider: 'sendgrid',
  channel: 'email',
  credentials: (base_url) => ({ api_key: `SG.${word()}`, base_url }),
  receipts: { secrets: ({ public_key: key }) => ({ webhook_public_keys: [key] }) },
};

export const RESEND: SandboxVendor = {
  provider: 'resend',
  channel: 'email',
  credentials: (base_url) => ({ api_key: `re_${word()}`, base_url }),
  receipts: { secrets: ({ secret }) => ({ webhook_secrets: [secret] }) },
};

export const TWILIO: SandboxVendor = { provider: 'twilio', channel: 'sms', credentials: twilio, receipts: {} };

export const SMSMOBILEAPI: SandboxVendor = {
  provider: 'smsmobileapi',
  channel: 'sms',
  credentials: (base_url) => ({ api_key: word(), base_url }),
  receipts: { secrets: ({ secret }) => ({ webhook_secrets: [secret] }), last: 'sent' },
};

export const TWILIO_WHATSAPP: SandboxVendor = { ...TWILIO, provider: 'twilio-whatsapp', channel: 'whatsapp' };

export const WHATSAPP_CLOUD: SandboxVendor = {
  provider: 'whatsapp-cloud',
  channel: 'whatsapp',
  credentials: (base_url) => ({
    ...{ phone_number_id: '106540352242922', access_token: word() },
    ...{ verify_token: 'a-word', app_secrets: ['of-the-app'], base_url },
  }),
  receipts: { target: () => ({ secret: 'of-the-app', verify_token: 'a-word' }) },
};

export const VOICE_PARTNER: SandboxVendor = {
  provider: 'voice-partner',
  channel: 'voice',
  credentials: (base_url) => ({ api_key: word(), email_for_notification: 'voice@example.com', base_url }),
  receipts: {},
};

/** All of them but the mail server, which speaks no HTTP. */
export const SANDBOX_VENDORS: SandboxVendor[] = [
  SES,
  SENDGRID,
  RESEND,
  { provider: 'sns', channel: 'sms', credentials: aws },
  TWILIO,
  SMSMOBILEAPI,
  TWILIO_WHATSAPP,
  WHATSAPP_CLOUD,
  {
    provider: 'fcm',
    channel: 'push',
    credentials: (base_url) => ({ service_account: serviceAccount(), base_url }),
  },
  {
    provider: 'web-push',
    channel: 'push',
    credentials: () => ({ ...vapidKeys(), subject: 'mailto:push@example.com' }),
  },
  VOICE_PARTNER,
];
