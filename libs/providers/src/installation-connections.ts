import { Injectable } from '@nestjs/common';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { idOfName } from '@outbell/shared/uuid.js';
import { createHash } from 'node:crypto';
import type { ProviderType } from './provider.js';
import { ProviderRegistry } from './registry.js';

/** A connection that the installation's settings make. Tenants without one of their own share it. */
export interface InstallationConnection {
  /** Made of the provider's name: the same in every process, and after every start. */
  id: string;
  /** Made of the credentials: another one for others. */
  version: number;
  type: ProviderType;
  credentials: object;
}

type Settings = Config['values'];

/** By provider, those of a channel in the order in which they are tried. Null: its settings are not all there. */
const CREDENTIALS: Record<string, (settings: Settings) => object | null> = {
  ses: ({ SES_REGION: region, SES_ACCESS_KEY_ID: access_key_id, SES_SECRET_ACCESS_KEY: secret_access_key, ...rest }) =>
    complete(
      { region, access_key_id, secret_access_key },
      { configuration_set: rest.SES_CONFIGURATION_SET, topic_arns: rest.SES_TOPIC_ARNS },
    ),
  sendgrid: ({ SENDGRID_API_KEY: api_key, SENDGRID_WEBHOOK_PUBLIC_KEYS: webhook_public_keys }) =>
    complete({ api_key }, { webhook_public_keys }),
  resend: ({ RESEND_API_KEY: api_key, RESEND_WEBHOOK_SECRETS: webhook_secrets }) =>
    complete({ api_key }, { webhook_secrets }),
  smtp: ({ SMTP_URL }) => (SMTP_URL === undefined ? null : mailServer(new URL(SMTP_URL))),
  twilio: ({ TWILIO_ACCOUNT_SID: account_sid, TWILIO_AUTH_TOKEN: auth_token }) => complete({ account_sid, auth_token }),
  fcm: ({ FCM_SERVICE_ACCOUNT: service_account }) => complete({ service_account }),
  'voice-partner': ({ VOICE_PARTNER_API_KEY: api_key, VOICE_PARTNER_EMAIL: email_for_notification }) =>
    complete({ api_key, email_for_notification }),
};

/** The connections of the installation itself; none unless INSTALLATION_CONNECTIONS allows them. */
@Injectable()
export class InstallationConnections {
  private readonly all: readonly InstallationConnection[];

  constructor({ values }: Config, providers: ProviderRegistry) {
    this.all = values.INSTALLATION_CONNECTIONS ? made(values, providers) : [];
  }

  /** In the order in which they are tried. */
  of(channel: Channel): InstallationConnection[] {
    return this.all.filter(({ type }) => type.channel === channel);
  }

  /** The one of that id, for what its vendor calls back. */
  find(id: string): InstallationConnection | undefined {
    return this.all.find((connection) => connection.id === id);
  }
}

function made(settings: Settings, providers: ProviderRegistry): InstallationConnection[] {
  return Object.entries(CREDENTIALS).flatMap(([name, read]) => {
    const type = providers.all.find(({ providerName }) => providerName === name);
    const credentials = type && read(settings);
    if (!credentials) return [];
    return [{ id: idOfName(`installation connection ${name}`), version: versionOf(credentials), type, credentials }];
  });
}

/** @param optional what may be missing */
function complete(credentials: Record<string, unknown>, optional: Record<string, unknown> = {}): object | null {
  if (Object.values(credentials).includes(undefined)) return null;
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { ...credentials, ...Object.fromEntries(given) };
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

/** A positive number of PostgreSQL's int. */
function versionOf(credentials: object): number {
  return createHash('sha256').update(JSON.stringify(credentials)).digest().readUInt32BE() >>> 1;
}
