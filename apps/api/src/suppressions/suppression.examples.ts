import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateSuppressionDto } from './suppression-requests.dto.js';

export const SUPPRESSION_EXAMPLES: NamedExamples<CreateSuppressionDto> = {
  address: {
    summary: 'An address that gets nothing any more',
    value: { channel: 'email', address: 'ann@example.org', reason: 'manual' },
  },
  topic: {
    summary: 'An address that gets no more of one topic',
    value: { channel: 'email', address: 'ann@example.org', reason: 'unsubscribe', scope: 'topic', topic: 'offers' },
  },
};
