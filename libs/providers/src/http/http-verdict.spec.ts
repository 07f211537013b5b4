import { describe, expect, it } from 'vitest';
import { AddressNotAllowedError } from '../outbound-guard.js';
import { refused, unanswered } from './http-verdict.js';
import { VendorCallFailure } from './vendor-call.js';

function failure(code: string, mayHaveArrived: boolean): VendorCallFailure {
  const cause = Object.assign(new Error('socket of ann@example.org'), { code });
  // SDKs wrap errors in errors.
  return new VendorCallFailure(new Error('request failed', { cause }), mayHaveArrived);
}

describe('refused', () => {
  it.each([
    [
      { status: 429, retryAfter: '7' },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 7_000 },
    ],
    [
      { status: 503, retryAfter: '1' },
      { kind: 'retry', reason: 'server_unavailable', after: 1_000 },
    ],
    [{ status: 408 }, { kind: 'retry', reason: 'temporary_failure' }],
    [{ status: 409 }, { kind: 'retry', reason: 'temporary_failure' }],
    [{ status: 401 }, { kind: 'retry', reason: 'authentication_failed' }],
    [
      { status: 400, code: 21211 },
      { kind: 'rejected', reason: 'refused', detail: { status: 400, code: 21211 } },
    ],
    [{ status: 404 }, { kind: 'rejected', reason: 'refused' }],
    [{ status: 500 }, { kind: 'unknown', reason: 'vendor_error' }],
    [{ status: 502 }, { kind: 'unknown', reason: 'vendor_error' }],
    [
      { status: 504, retryAfter: '7' },
      { kind: 'unknown', reason: 'vendor_error' },
    ],
    [{ status: 200 }, { kind: 'unknown', reason: 'unreadable_reply' }],
    [{ status: 302 }, { kind: 'unknown', reason: 'unreadable_reply' }],
  ])('%j: %j', (refusal, outcome) => {
    expect(refused(refusal)).toMatchObject(outcome);
  });
});

describe('unanswered', () => {
  it.each([
    ['ECONNREFUSED', 'connection_refused'],
    ['ENOTFOUND', 'dns_failed'],
    ['ETIMEDOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'tls_failed'],
    ['ECONNRESET', 'connection_lost'],
  ])('before there was a connection nothing was sent: %s', (code, reason) => {
    expect(unanswered(failure(code, false))).toEqual({ kind: 'retry', reason, detail: { code } });
  });

  it.each([
    ['ECONNRESET', 'no_reply_after_data'],
    ['ETIMEDOUT', 'no_reply_after_data'],
    ['HPE_INVALID_CONSTANT', 'unreadable_reply'],
  ])('with a connection nobody knows: %s', (code, reason) => {
    expect(unanswered(failure(code, true))).toEqual({ kind: 'unknown', reason, detail: { code } });
  });

  it('keeps what the error says to itself', () => {
    expect(JSON.stringify(unanswered(failure('ECONNRESET', true)))).not.toContain('ann@');
  });

  it('tells an operator’s rule apart', () => {
    const blocked = new VendorCallFailure(new AddressNotAllowedError('10.0.0.1', 'public'), false);
    expect(unanswered(blocked)).toMatchObject({ kind: 'rejected', reason: 'address_not_allowed' });
  });
});
