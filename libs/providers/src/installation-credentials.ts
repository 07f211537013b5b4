import type { Config } from '@outbell/shared/config/config.schema.js';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import type { ProviderType } from './provider.js';

type Settings = Config['values'];

/** Which setting is which field of a provider's credentials. */
interface Source {
  needs: Record<string, keyof Settings>;
  takes?: Record<string, keyof Settings>;
  /** Makes the credentials of what is needed, where they are not those fields. */
  read?: (needed: Record<string, unknown>) => object;
}

/** By provider, those of a channel in the order in which they are tried. */
const SOURCES: Record<string, Source> = {
  ses: {
    needs: { region: 'SES_REGION', access_key_id: 'SES_ACCESS_KEY_ID', secret_access_key: 'SES_SECRET_ACCESS_KEY' },
    takes: { configuration_set: 'SES_CONFIGURATION_SET', topic_arns: 'SES_TOPIC_ARNS' },
  },
  sendgrid: { needs: { api_key: 'SENDGRID_API_KEY' }, takes: { webhook_public_keys: 'SENDGRID_WEBHOOK_PUBLIC_KEYS' } },
  resend: { needs: { api_key: 'RESEND_API_KEY' }, takes: { webhook_secrets: 'RESEND_WEBHOOK_SECRETS' } },
  smtp: { needs: { url: 'SMTP_URL' }, read: ({ url }) => mailServer(new URL(String(url))) },
  twilio: { needs: { account_sid: 'TWILIO_ACCOUNT_SID', auth_token: 'TWILIO_AUTH_TOKEN' } },
  fcm: { needs: { service_account: 'FCM_SERVICE_ACCOUNT' } },
  'voice-partner': { needs: { api_key: 'VOICE_PARTNER_API_KEY', email_for_notification: 'VOICE_PARTNER_EMAIL' } },
};

/** Providers that settings may make a connection of. */
export const INSTALLATION_PROVIDERS: readonly string[] = Object.keys(SOURCES);

export interface InstallationCredentials {
  /** Null: nothing is set, or not all of it. */
  credentials: object | null;
  /** `SETTING: what is wrong with it`. No value is repeated. */
  problems: string[];
}

/** The credentials that settings make for a provider, checked as those of a tenant are. */
export function installationCredentials(type: ProviderType, settings: Settings): InstallationCredentials {
  const source = SOURCES[type.providerName];
  if (!source) return { credentials: null, problems: [] };
  const needed = valuesOf(source.needs, settings);
  const taken = valuesOf(source.takes ?? {}, settings);
  const missing = Object.keys(source.needs).filter((field) => needed[field] === undefined);
  if (missing.length > 0) return { credentials: null, problems: incomplete(source, missing, { ...needed, ...taken }) };
  const credentials = { ...(source.read?.(needed) ?? needed), ...taken };
  return { credentials, problems: refused(type, credentials, source) };
}

function valuesOf(fields: Record<string, keyof Settings>, settings: Settings): Record<string, unknown> {
  const values = Object.entries(fields).map(([field, setting]) => [field, settings[setting]] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Nothing is wrong when nothing is set. */
function incomplete({ needs, takes }: Source, missing: string[], given: Record<string, unknown>): string[] {
  const settings = { ...needs, ...takes };
  const [set] = Object.keys(given).map((field) => settings[field]);
  return set === undefined ? [] : missing.map((field) => `${settings[field] ?? field}: must be set too, beside ${set}`);
}

function refused({ Credentials }: ProviderType, credentials: object, { needs, takes }: Source): string[] {
  const checked = validateSync(plainToInstance(Credentials, credentials), {
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: false, value: false },
  });
  const settings: Record<string, string> = { ...needs, ...takes };
  return checked.flatMap((error) => {
    // All of a mail server's fields come of one setting.
    const setting = settings[error.property] ?? Object.values(needs)[0] ?? error.property;
    return messagesOf(error).map((message) => `${setting}: ${message}`);
  });
}

function messagesOf({ constraints = {}, children = [] }: ValidationError): string[] {
  return [...Object.values(constraints), ...children.flatMap(messagesOf)];
}

function mailServer({ protocol, hostname, port, username, password, searchParams }: URL): object {
  const isTls = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isTls ? 465 : 587) : Number(port),
    security: isTls ? 'tls' : searchParams.get('security') === 'none' ? 'none' : 'starttls',
    ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
  };
}
