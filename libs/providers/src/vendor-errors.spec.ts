import { describe, expect, it } from 'vitest';
import { PROVIDER_REASONS } from '@outbell/shared/constants/reasons.js';
import { TWILIO_ERRORS } from './twilio/twilio.errors.js';
import { failureOf, refusedByCode } from './vendor-errors.js';
import { WHATSAPP_ERRORS } from './whatsapp-cloud/whatsapp-cloud.errors.js';

const rows = Object.entries({ twilio: TWILIO_ERRORS, whatsapp: WHATSAPP_ERRORS }).flatMap(([vendor, errors]) =>
  Object.entries(errors).map(([code, error]) => ({ vendor, code, errors, error })),
);

describe('a vendor’s error', () => {
  it.each(rows)('$vendor $code means the same in the answer to a call as in a callback', ({ errors, code, error }) => {
    const { reason, suppress, suppressScope, pausesSender, retried } = error;
    const atTheCall = refusedByCode(errors, { status: 400, code: Number(code) });
    expect(atTheCall).toEqual({
      kind: retried ? 'retry' : 'rejected',
      reason,
      ...(suppress && { suppress }),
      ...(suppressScope && { suppressScope }),
      detail: { status: 400, code: Number(code) },
    });
    expect(failureOf(errors, code)).toEqual({
      reason,
      ...(suppress && { suppress }),
      ...(suppressScope && { suppressScope }),
      ...(pausesSender && { pausesSender }),
    });
    expect(PROVIDER_REASONS).toHaveProperty(reason);
  });

  it('suppresses nobody whose message may be taken later', () => {
    expect(rows.filter(({ error }) => error.retried && error.suppress)).toEqual([]);
  });

  it('pauses a sender only by a word on the account, which another connection’s would not meet', () => {
    expect(rows.filter(({ error }) => error.pausesSender && !error.retried)).toEqual([]);
  });

  it('has no row for what every object has', () => {
    expect(failureOf(TWILIO_ERRORS, 'constructor')).toEqual({ reason: 'undelivered' });
    expect(failureOf(TWILIO_ERRORS, undefined)).toEqual({ reason: 'undelivered' });
  });

  it('waits as long as the vendor asks for', () => {
    const refusal = { status: 429, code: 20429, retryAfter: '3' };
    expect(refusedByCode(TWILIO_ERRORS, refusal)).toMatchObject({ kind: 'retry', after: 3_000 });
  });
});
