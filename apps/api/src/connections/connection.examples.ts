import { PROVIDERS } from '@outbell/providers/registry.js';
import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateConnectionDto, UpdateConnectionDto } from './connection-requests.dto.js';

/** Of POST /v1/connections: one for each provider. Their credentials have the right form, and open nothing. */
export const CONNECTION_EXAMPLES: NamedExamples<CreateConnectionDto> = Object.fromEntries(
  PROVIDERS.all.flatMap(({ providerName: provider, channel, example }) => {
    if (!example) return [];
    const { summary, credentials } = example;
    return [[provider, { summary, value: { channel, provider, name: `our ${provider}`, credentials } }]];
  }),
);

/** Of PATCH /v1/connections/:id. */
export const CONNECTION_CHANGE_EXAMPLES: NamedExamples<UpdateConnectionDto> = {
  order: { summary: 'When it is tried, and how fast', value: { priority: 50, weight: 3, rate_limits: '14/s,50000/d' } },
  conditions: {
    summary: 'Which messages it takes',
    value: { conditions: { priorities: ['high'], tags: ['receipts'] } },
  },
  deactivate: { summary: 'Take it out of use', value: { active: false } },
};
