import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import type { MessageHistory } from '@outbell/persistence/repositories/message.repository.js';
import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { DELIVERY_STEPS, type DeliveryStep, type Reason, REASONS } from '@outbell/shared/constants/reasons.js';
import { describe, expect, it } from 'vitest';
import { BEFORE, explained, SOON } from '../../../../test/support/explained.js';
import { showExplanation } from './explanation.dto.js';
import type { Verdict } from './explanation.js';

/** Where it stands: the one step that is neither passed nor ahead, or the last one passed. */
function position(of: Partial<MessageEntity>): [DeliveryStep, Verdict] {
  const { findings } = explained(of);
  const halt = findings.findIndex(({ verdict }) => verdict !== 'passed');
  const at = findings[halt] ?? findings.at(-1)!;
  return [at.step, at.verdict];
}

describe('an unknown message', () => {
  it('is sent again only where its tenant has asked for it, and until it has had its attempts', () => {
    const unknown = (resend: MessageHistory['resend']) => showExplanation(explained({ status: 'unknown' }, { resend }));
    expect(unknown({ lookAt: SOON })).toMatchObject({
      summary: 'It may or may not have been sent, and will be sent again, as was asked for.',
      next_try_at: SOON.toISOString(),
    });
    for (const resend of [null, { lookAt: null }])
      expect(unknown(resend)).toMatchObject({
        summary: 'It may or may not have been sent; not sent again unless you retry it.',
        next_try_at: null,
      });
  });
});

describe('where a message stands', () => {
  it.each<[MessageStatus, DeliveryStep, Verdict]>([
    ['queued', 'queue', 'waiting'],
    ['processing', 'suppression', 'waiting'],
    ['sending', 'provider', 'waiting'],
    ['unknown', 'provider', 'waiting'],
    ['sent', 'receipt', 'waiting'],
    ['delivered', 'receipt', 'passed'],
    ['bounced', 'receipt', 'stopped'],
    ['complained', 'receipt', 'stopped'],
    ['suppressed', 'suppression', 'stopped'],
    ['expired', 'expiry', 'stopped'],
    ['failed', 'provider', 'stopped'],
    ['canceled', 'provider', 'stopped'],
  ])('%s: %s %s', (status, step, verdict) => {
    expect(position({ status })).toEqual([step, verdict]);
  });

  it('is the schedule until it is due', () => {
    expect(position({ dueAt: SOON })).toEqual(['schedule', 'waiting']);
  });

  it('names every step once, in their order, whatever its status', () => {
    for (const status of MESSAGE_STATUSES) {
      expect(explained({ status }).findings.map(({ step }) => step)).toEqual([...DELIVERY_STEPS]);
    }
  });

  it('has passed all before it, and all after it is pending', () => {
    const verdicts = explained({ reason: 'sender_paused', dueAt: SOON }).findings.map(({ verdict }) => verdict);
    expect(verdicts).toEqual([...Array(4).fill('passed'), 'waiting', ...Array(5).fill('pending')]);
  });
});

describe('the reason', () => {
  it.each(Object.keys(REASONS) as Reason[])('%s is told at its own step, waiting or for good', (reason) => {
    const { step } = REASONS[reason];
    expect(position({ reason, dueAt: SOON })).toEqual([step, 'waiting']);
    expect(position({ reason, status: 'failed' })).toEqual([step, 'stopped']);
    const told = explained({ reason, status: 'failed' }).findings.filter((finding) => finding.reason !== undefined);
    expect(told).toMatchObject([{ step, reason }]);
  });

  it('of a vendor is told at the provider', () => {
    expect(position({ status: 'failed', reason: 'mailbox_unavailable' })).toEqual(['provider', 'stopped']);
    expect(position({ reason: 'mailbox_busy', dueAt: SOON })).toEqual(['provider', 'waiting']);
  });

  it('that names something of every object is a vendor’s, too', () => {
    expect(position({ status: 'failed', reason: 'constructor' })).toEqual(['provider', 'stopped']);
  });

  it('is history once the message is due again: then it waits for a worker', () => {
    const due = explained({ reason: 'mailbox_busy' });
    expect(position({ reason: 'mailbox_busy' })).toEqual(['queue', 'waiting']);
    expect(due.reason).toBeNull();
    expect(due.findings.filter((finding) => finding.reason !== undefined)).toEqual([]);
    expect(showExplanation(due).summary).toBe('Waits: for a worker to take it.');
    expect(explained({ reason: 'worker_lost' }).reason).toBe('worker_lost');
  });

  it.each([
    ['sender_paused', 'Waits: its sender is paused.'],
    ['connection_refused', 'Waits: the provider’s server refuses connections.'],
    ['dns_failed', 'Waits: the name of the provider’s server cannot be resolved.'],
    ['quota_of_tuesday', 'Waits: the provider said quota_of_tuesday.'],
    ['constructor', 'Waits: the provider said constructor.'],
  ])('%s is told in words', (reason, summary) => {
    expect(showExplanation(explained({ reason, dueAt: SOON })).summary).toBe(summary);
  });

  it('is not told of a message that was delivered', () => {
    const { findings } = explained({ status: 'delivered', reason: 'no_reply_after_data' });
    expect(findings.filter((finding) => finding.reason !== undefined)).toEqual([]);
  });
});

describe('the next try', () => {
  it('is when it is due, and now when it is overdue', () => {
    expect(explained({ dueAt: SOON }).nextTryAt).toEqual(SOON);
  });

  it('is when it is published again, should the wake-up that is under way be lost', () => {
    expect(explained({ dueAt: BEFORE }).nextTryAt).toEqual(SOON);
    expect(explained({ dueAt: SOON }).nextTryAt).toEqual(SOON);
  });

  it.each(MESSAGE_STATUSES.filter((status) => status !== 'queued'))('is none for %s', (status) => {
    expect(explained({ status, dueAt: SOON }).nextTryAt).toBeNull();
  });
});
