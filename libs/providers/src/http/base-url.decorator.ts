import { applyDecorators } from '@nestjs/common';
import { isPlainHttpUrl } from '@outbell/shared/http-url.js';
import { IsOptional, MaxLength, ValidateBy } from 'class-validator';
import { CredentialField } from '../credential-field.js';

/** `base_url` of a vendor's credentials: a proxy in front of the vendor, or a stand-in for it. */
export function BaseUrl(vendorUrl: string): PropertyDecorator {
  return applyDecorators(
    CredentialField({
      required: false,
      default: vendorUrl,
      description:
        'Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if ' +
        'OUTBOUND_ALLOW has its address.',
    }) as PropertyDecorator,
    IsOptional(),
    ValidateBy({
      name: 'isBaseUrl',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isPlainHttpUrl(value),
        defaultMessage: () =>
          'base_url must be an address such as https://host/path in ASCII, without user, zone, query or fragment',
      },
    }),
    MaxLength(500),
  );
}
