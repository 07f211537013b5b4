import { MaxLength, ValidateBy } from 'class-validator';
import { CredentialField } from '../credential-field.js';

/** The VAPID keys (RFC 8292) by which push services know who sends; browsers subscribe with the public one. */
export class WebPushCredentials {
  @CredentialField({
    example: 'BNcRdreALRFX…',
    description: 'The public VAPID key: 65 bytes as base64url without padding.',
  })
  @ValidateBy({
    name: 'isPublicKey',
    validator: {
      validate: (value: unknown) => isKey(value, 65) && value.startsWith('B'),
      defaultMessage: () => 'public_key must be an uncompressed P-256 point, 65 bytes as base64url without padding',
    },
  })
  public_key!: string;

  @CredentialField({ example: '5I7MDzXh…', description: 'The private VAPID key: 32 bytes as base64url. Write-only.' })
  @ValidateBy({
    name: 'isPrivateKey',
    validator: {
      validate: (value: unknown) => isKey(value, 32),
      defaultMessage: () => 'private_key must be 32 bytes as base64url without padding',
    },
  })
  private_key!: string;

  @CredentialField({
    example: 'mailto:push@example.com',
    description: 'Where push services reach who sends: `mailto:` or `https:`. Some refuse `localhost`.',
  })
  @MaxLength(320)
  @ValidateBy({
    name: 'isSubject',
    validator: {
      validate: isSubject,
      defaultMessage: () => 'subject must be a mailto: or https: address where push services reach who sends',
    },
  })
  subject!: string;
}

function isSubject(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value) || !URL.canParse(value)) return false;
  return /^(mailto:[^\s@]+@[^\s@]+|https:\/\/(?!localhost\b)[^\s/]+\S*)$/i.test(value);
}

function isKey(value: unknown, length: number): value is string {
  if (typeof value !== 'string' || !/^[\w-]+$/.test(value)) return false;
  return Buffer.from(value, 'base64url').length === length;
}
