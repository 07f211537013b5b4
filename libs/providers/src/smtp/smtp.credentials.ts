import { isPlainHost } from '@outbell/shared/http-url.js';
import { X509Certificate } from 'node:crypto';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { CredentialField } from '../credential-field.js';
import type { InstallationSettings } from '../provider.js';

/** How a connection to the mail server is protected. */
export const SMTP_SECURITY = ['tls', 'starttls', 'none'] as const;
export type SmtpSecurity = (typeof SMTP_SECURITY)[number];

/** How many connections to one mail server are opened when the credentials say nothing. */
export const DEFAULT_MAX_CONNECTIONS = 5;

/** Credentials for a mail server. Stored encrypted, never shown again. */
export class SmtpCredentials {
  @CredentialField({
    example: 'smtp.example.com',
    description: 'Name or address of the mail server, without scheme or port.',
  })
  @IsString()
  @MaxLength(253)
  @ValidateBy({
    name: 'isHost',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isPlainHost(value),
      defaultMessage: () => 'host must be a host name or an IP address, without scheme, user, port or path',
    },
  })
  host!: string;

  @CredentialField({ example: 587, minimum: 1, maximum: 65535, description: '465 for `tls`, 587 for `starttls`.' })
  @IsInt()
  @Min(1)
  @Max(65535)
  port!: number;

  @CredentialField({
    enum: SMTP_SECURITY,
    example: 'starttls',
    description:
      '`tls`: encrypted from the first byte. `starttls`: upgraded before anything is said, or the call fails. ' +
      'The certificate is verified in both. `none`: plain text, only to addresses of OUTBOUND_ALLOW.',
  })
  @IsIn(SMTP_SECURITY)
  security!: SmtpSecurity;

  @CredentialField({
    required: false,
    example: 'mailer@example.com',
    description: 'Together with `password`, or neither.',
  })
  @ValidateIf(signsIn)
  @IsString()
  @MinLength(1)
  @MaxLength(320)
  username?: string;

  @CredentialField({ required: false, example: 's3cret', description: 'Write-only.' })
  @ValidateIf(signsIn)
  @IsString()
  @MinLength(1)
  @MaxLength(1024)
  password?: string;

  @CredentialField({
    required: false,
    example: 5,
    minimum: 1,
    maximum: 50,
    default: DEFAULT_MAX_CONNECTIONS,
    description: 'Most connections kept open to the server, which is also how many messages go at once.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(50)
  max_connections?: number;

  @CredentialField({
    required: false,
    example: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----',
    description: 'PEM certificates to trust instead of the public ones, for a server with a private authority.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(65536)
  @ValidateBy({
    name: 'isCertificate',
    validator: { validate: isCertificate, defaultMessage: () => 'ca must be PEM certificates' },
  })
  ca?: string;
}

function signsIn({ username, password }: SmtpCredentials): boolean {
  return username !== undefined || password !== undefined;
}

/** Node takes a `ca` that is none in silence and then trusts nobody. */
function isCertificate(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new X509Certificate(value).raw.length > 0;
  } catch {
    return false;
  }
}

export const SMTP_EXAMPLE: SmtpCredentials = {
  host: 'smtp.example.com',
  port: 587,
  security: 'starttls',
  username: 'mailer@example.com',
  password: 's3cret',
};

/** SMTP_URL: `smtp://user:password@host:587?security=starttls`. */
export const SMTP_SETTINGS: InstallationSettings = {
  needs: { url: 'SMTP_URL' },
  read: ({ url }) => mailServer(new URL(String(url))),
};

function mailServer({ protocol, hostname, port, username, password, searchParams }: URL): object {
  const isTls = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isTls ? 465 : 587) : Number(port),
    security: isTls ? 'tls' : searchParams.get('security') === 'none' ? 'none' : 'starttls',
    ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
  };
}
