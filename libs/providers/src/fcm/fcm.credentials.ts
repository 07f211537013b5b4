import { createPrivateKey } from 'node:crypto';
import { Type } from 'class-transformer';
import { Allow, IsEmail, IsObject, IsString, Matches, MaxLength, ValidateBy, ValidateNested } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { BaseUrl } from '../http/base-url.decorator.js';

export const FCM_URL = 'https://fcm.googleapis.com';

/** The file that Google gives for a service account, as it is; three of its fields are used. */
export class FcmServiceAccount {
  @Matches(/^[a-z0-9][a-z0-9:.-]{0,99}$/, { message: 'project_id must be the id of a project of Firebase' })
  project_id!: string;

  @IsEmail()
  @MaxLength(320)
  client_email!: string;

  @IsString()
  @MaxLength(16_384)
  @ValidateBy({
    name: 'isRsaKey',
    validator: { validate: isRsaKey, defaultMessage: () => 'private_key must be an RSA key as PEM' },
  })
  private_key!: string;

  @Allow() type?: unknown;
  @Allow() private_key_id?: unknown;
  @Allow() client_id?: unknown;
  @Allow() auth_uri?: unknown;
  @Allow() token_uri?: unknown;
  @Allow() auth_provider_x509_cert_url?: unknown;
  @Allow() client_x509_cert_url?: unknown;
  @Allow() universe_domain?: unknown;
}

/** Credentials for a project of Firebase Cloud Messaging. */
export class FcmCredentials {
  @CredentialField({
    example: {
      project_id: 'our-app',
      client_email: 'push@our-app.iam.gserviceaccount.com',
      private_key: '-----BEGIN…',
    },
    description: 'The JSON file of a service account that may send messages, as an object. Write-only.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => FcmServiceAccount)
  service_account!: FcmServiceAccount;

  @BaseUrl(FCM_URL)
  base_url?: string;
}

function isRsaKey(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return createPrivateKey(value).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** A key that everybody knows and nothing accepts. */
const EXAMPLE_KEY = `-----BEGIN PRIVATE KEY-----
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

export const FCM_EXAMPLE: FcmCredentials = {
  service_account: {
    project_id: 'our-app',
    client_email: 'push@our-app.iam.gserviceaccount.com',
    private_key: EXAMPLE_KEY,
  },
};
