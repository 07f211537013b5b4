import { Matches } from 'class-validator';
import { BaseUrl } from '../http/base-url.decorator.js';
import { Secret, Secrets } from '../http/secret.decorators.js';

export const RESEND_URL = 'https://api.resend.com';

/** Credentials for Resend. Stored encrypted, never shown again. */
export class ResendCredentials {
  @Secret({ example: 're_…', description: 'A key that may send; it need not be allowed anything else. Write-only.' })
  api_key!: string;

  @Secrets({
    example: ['whsec_…'],
    description: 'The signing secrets of the webhook; two while one replaces the other. Write-only.',
  })
  @Matches(/^whsec_[A-Za-z0-9+/]{16,200}={0,2}$/, {
    each: true,
    message: 'webhook_secrets must be signing secrets, which begin with whsec_',
  })
  webhook_secrets?: string[];

  @BaseUrl(RESEND_URL)
  base_url?: string;
}
