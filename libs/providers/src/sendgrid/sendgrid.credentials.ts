import { Matches } from 'class-validator';
import { BaseUrl } from '../http/base-url.decorator.js';
import { Secret, Secrets } from '../http/secret.decorators.js';

export const SENDGRID_URL = 'https://api.sendgrid.com';

/** Credentials for SendGrid. Stored encrypted, never shown again. */
export class SendGridCredentials {
  @Secret({ example: 'SG.…', description: 'A key that may send mail. Write-only.' })
  api_key!: string;

  @Secrets({
    example: ['MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…'],
    description: 'The verification keys of the event webhook, in base64; two while one replaces the other.',
  })
  @Matches(/^[A-Za-z0-9+/]{40,1000}={0,2}$/, { each: true, message: 'webhook_public_keys must be keys in base64' })
  webhook_public_keys?: string[];

  @BaseUrl(SENDGRID_URL)
  base_url?: string;
}
