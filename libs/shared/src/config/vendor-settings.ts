import { z } from 'zod';

const word = z.string().regex(/^\S+$/, 'must not hold blanks').optional();
const words = word.transform((text) => text?.split(','));

const serviceAccount = z
  .string()
  .transform((text, check) => {
    try {
      return z
        .object({ project_id: z.string(), client_email: z.string(), private_key: z.string() })
        .parse(JSON.parse(text));
    } catch {
      // What is wrong with it could quote it.
      check.addIssue({ code: 'custom', message: 'must be the JSON of a service account' });
      return z.NEVER;
    }
  })
  .optional();

function isDecodable(url: string): boolean {
  try {
    const { username, password } = new URL(url);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Connections of the installation itself, one for each provider whose settings are there. */
export const VENDOR_SETTINGS = {
  INSTALLATION_CONNECTIONS: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .describe(
      'Whether tenants without an active connection of a channel send by those of the installation, which the ' +
        'settings below make.',
    ),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .refine(isDecodable, 'has a % in user or password that encodes nothing; write it as %25')
    .optional()
    .describe(
      'Mail server of the installation: `smtps://user:password@host:465`, or `smtp://…:587` for STARTTLS ' +
        '(`?security=none` without it). User and password as in any URL, with `%40` for `@`.',
    ),
  SES_REGION: word.describe('Region of the installation’s Amazon SES.'),
  SES_ACCESS_KEY_ID: word.describe('Access key of the installation’s Amazon SES.'),
  SES_SECRET_ACCESS_KEY: word.describe('Its secret.'),
  SES_CONFIGURATION_SET: word.describe('Its configuration set, whose events tell what became of a message.'),
  SES_TOPIC_ARNS: words.describe('The SNS topics by which those events come, comma separated.'),
  SENDGRID_API_KEY: word.describe('Key of the installation’s SendGrid.'),
  SENDGRID_WEBHOOK_PUBLIC_KEYS: words.describe('Keys of its signed event webhook, comma separated.'),
  RESEND_API_KEY: word.describe('Key of the installation’s Resend.'),
  RESEND_WEBHOOK_SECRETS: words.describe('Secrets (`whsec_…`) of its webhook, comma separated.'),
  TWILIO_ACCOUNT_SID: word.describe('Account of the installation’s Twilio (SMS).'),
  TWILIO_AUTH_TOKEN: word.describe('Its token.'),
  FCM_SERVICE_ACCOUNT: serviceAccount.describe(
    'Service account of the installation’s Firebase Cloud Messaging, as JSON.',
  ),
  VOICE_PARTNER_API_KEY: word.describe('Key of the installation’s Voice Partner.'),
  VOICE_PARTNER_EMAIL: word.describe('Where Voice Partner reports the end of each call.'),
};
