import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateKeyDto } from './key-requests.dto.js';

export const KEY_EXAMPLES: NamedExamples<CreateKeyDto> = {
  service: {
    summary: 'For a service that sends',
    value: {
      name: 'billing service',
      scopes: ['messages:write', 'messages:read'],
      mode: 'live',
      rate_limit: '600/min',
    },
  },
  test: {
    summary: 'For tests: what it accepts never leaves',
    value: { name: 'continuous integration', scopes: ['messages:write', 'messages:read'], mode: 'test' },
  },
};
