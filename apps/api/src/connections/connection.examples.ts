import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateConnectionDto } from './create-connection.dto.js';
import type { UpdateConnectionDto } from './update-connection.dto.js';

/** What a request has to give; the rest has defaults. */
type Wanted = Pick<CreateConnectionDto, 'channel' | 'provider' | 'name' | 'credentials'> & Partial<CreateConnectionDto>;

const AWS = {
  region: 'eu-west-1',
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const TWILIO = { account_sid: 'AC0123456789abcdef0123456789abcdef', auth_token: '0123456789abcdef0123456789abcdef' };

/** A key that everybody knows and nothing accepts. */
const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAvG2YcVTgf7OBd+4k
NXEgmAwC2MYsA3fFAXuqLa/fbJk+Xpuq2v8TDjU9skYu9vtPPyXW3xXoPoGwg4+E
17BnywIDAQABAkEAhuSann+Z3DHgvL/SUiPzpoXqv89XEQB8G6yxTtW6SB5Nfp1j
74Z/rjZGfVmCBChIpoUjld5/8EL2PkKJ07WXYQIhAOv4IXJLw5dMxW8FGJz/gB0r
YXdEYNjIY2keyJ6OX3M7AiEAzGxX/r+6E8d4yOk7TVOUNBurTlRFAgYCvi9IfVjB
dLECIQDMbpo7dVwslnxuJJIgYlLR8qVsOLdW2LUXe23/wAT9xQIgPEzpWBguR49b
rcg+2fyBhy1yRtTM1l/3hypjc7YuusECIQCzgND46mdWfHS0j4w7JZDxigEGQqQV
IFyRpAjgjV+eMQ==
-----END PRIVATE KEY-----
`;

/** Of POST /v1/connections: one for each provider. Their credentials have the right form, and open nothing. */
export const CONNECTION_EXAMPLES: NamedExamples<Wanted> = {
  smtp: of('email', 'smtp', 'A mail server', {
    host: 'smtp.example.com',
    port: 587,
    security: 'starttls',
    username: 'mailer@example.com',
    password: 's3cret',
  }),
  ses: of('email', 'ses', 'Amazon SES', AWS),
  sendgrid: of('email', 'sendgrid', 'SendGrid', { api_key: 'SG.an-example' }),
  resend: of('email', 'resend', 'Resend', { api_key: 're_an_example' }),
  smsmobileapi: of('sms', 'smsmobileapi', 'SMSMobileAPI', { api_key: 'c0ffee' }),
  sns: of('sms', 'sns', 'Amazon SNS', AWS),
  twilio: of('sms', 'twilio', 'Twilio', TWILIO),
  'twilio-whatsapp': of('whatsapp', 'twilio-whatsapp', 'WhatsApp through Twilio', TWILIO),
  'whatsapp-cloud': of('whatsapp', 'whatsapp-cloud', 'WhatsApp Cloud API', {
    phone_number_id: '106540352242922',
    access_token: 'EAAJ-an-example',
  }),
  baileys: of('whatsapp', 'baileys', 'A linked telephone (unofficial)', { session: 'shop' }),
  fcm: of('push', 'fcm', 'Firebase Cloud Messaging', {
    service_account: {
      project_id: 'our-app',
      client_email: 'push@our-app.iam.gserviceaccount.com',
      private_key: PRIVATE_KEY,
    },
  }),
  'web-push': of('push', 'web-push', 'Browsers', {
    public_key: 'BL5x2BlUOaqkCkjMlmREmm0jfg7_MdhqF14bcxA8HvY-mScMFcUSrFC9JRpbApSJdFBXq8BVoDjnDZiOWTMhMc0',
    private_key: '9ZojEvdaRdOLeO6t3fHCTiK8kg_5DlHv9bkPDYvtimM',
    subject: 'mailto:push@example.com',
  }),
  'voice-partner': of('voice', 'voice-partner', 'Voice Partner', {
    api_key: 'c0ffee',
    email_for_notification: 'voice@example.com',
  }),
};

function of(channel: Wanted['channel'], provider: string, summary: string, credentials: object) {
  return { summary, value: { channel, provider, name: `our ${provider}`, credentials } };
}

/** Of PATCH /v1/connections/:id. */
export const CONNECTION_CHANGE_EXAMPLES: NamedExamples<UpdateConnectionDto> = {
  order: { summary: 'When it is tried, and how fast', value: { priority: 50, weight: 3, rate_limits: '14/s,50000/d' } },
  conditions: {
    summary: 'Which messages it takes',
    value: { conditions: { priorities: ['high'], tags: ['receipts'] } },
  },
  deactivate: { summary: 'Take it out of use', value: { active: false } },
};
