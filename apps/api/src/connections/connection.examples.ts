import { PROVIDERS } from '@outbell/providers/registry.js';
import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateConnectionDto } from './create-connection.dto.js';
import type { UpdateConnectionDto } from './update-connection.dto.js';

/** What a request has to give; the rest has defaults. */
type Wanted = Pick<CreateConnectionDto, 'channel' | 'provider' | 'name' | 'credentials'> & Partial<CreateConnectionDto>;

/** Of POST /v1/connections: one for each provider. Their credentials have the right form, and open nothing. */
export const CONNECTION_EXAMPLES: NamedExamples<Wanted> = Object.fromEntries(
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
