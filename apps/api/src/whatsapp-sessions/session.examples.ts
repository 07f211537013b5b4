import type { NamedExamples } from '../http/docs/named-examples.js';
import type { CreateSessionDto } from './create-session.dto.js';

export const SESSION_EXAMPLES: NamedExamples<CreateSessionDto> = {
  picture: { summary: 'By a picture that the telephone scans', value: { name: 'shop', pair_by: 'qr' } },
  code: {
    summary: 'By a code that is typed into the telephone',
    value: { name: 'shop', pair_by: 'code', phone: '+33612345678' },
  },
};
