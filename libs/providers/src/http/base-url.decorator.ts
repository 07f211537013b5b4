import { applyDecorators } from '@nestjs/common';
import { IsOptional, IsUrl, MaxLength } from 'class-validator';
import { Described } from '../described.js';

/** `base_url` of a vendor's credentials: a proxy in front of the vendor, or a stand-in for it. */
export function BaseUrl(vendorUrl: string): PropertyDecorator {
  return applyDecorators(
    Described({
      required: false,
      default: vendorUrl,
      description:
        'Another place that speaks the vendor’s protocol, such as the sandbox. Unencrypted or private only if OUTBOUND_ALLOW has its address.',
    }) as PropertyDecorator,
    IsOptional(),
    IsUrl(
      {
        protocols: ['http', 'https'],
        require_protocol: true,
        require_tld: false,
        disallow_auth: true,
        allow_fragments: false,
        allow_query_components: false,
      },
      { message: 'base_url must be an address such as https://host/path, without user, query or fragment' },
    ),
    MaxLength(500),
  );
}
