import type { MessageEventEntity } from '@outbell/persistence/entities/message-event.entity.js';
import type { MessageHistory } from '@outbell/persistence/repositories/message.repository.js';
import type { DeliveryStep } from '@outbell/shared/constants/reasons.js';
import type { Detail } from '@outbell/shared/outcome.js';
import { describe, expect, it } from 'vitest';
import { BEFORE, connectionSeen, explained, NOW, SOON } from '../../../../test/support/explained.js';
import { showExplanation } from './explanation.dto.js';

function event(reason: string, detail: Detail): MessageEventEntity {
  return { reason, detail } as MessageEventEntity;
}

function seen(step: DeliveryStep, ...history: Parameters<typeof explained>) {
  return explained(...history).findings.find((finding) => finding.step === step)?.seen;
}

describe('what was seen', () => {
  it('at schedule, queue, expiry and receipt is the message’s own', () => {
    const of = { dueAt: SOON, lostLeases: 2, expiresAt: BEFORE, providerMessageId: 'vendor-1' };
    expect(seen('schedule', of)).toEqual({ due_at: SOON, now: NOW });
    expect(seen('schedule', { dueAt: BEFORE })).toEqual({ due_at: BEFORE });
    expect(seen('schedule', { ...of, reason: 'sender_paused' })).toEqual({});
    expect(seen('queue', of)).toEqual({ priority: 2, published_again_at: SOON, lost_leases: 2 });
    expect(seen('expiry', of)).toEqual({ expires_at: BEFORE });
    expect(seen('receipt', of)).toEqual({ provider_message_id: 'vendor-1' });
  });

  it('at suppression and sender is how it is now, unless they are passed', () => {
    const now = {
      suppression: 'bounce',
      suppressedSince: BEFORE,
      senderStatus: 'paused',
      senderReason: 'by hand',
    } as const;
    expect(seen('suppression', {}, {}, now)).toEqual({ suppressed: 'bounce', since: BEFORE });
    expect(seen('sender', { senderId: 's' }, {}, now)).toEqual({
      sender_id: 's',
      status: 'paused',
      status_reason: 'by hand',
      verified_over: 'tenant',
    });
    expect(seen('suppression', { status: 'sent' }, {}, now)).toEqual({});
    expect(seen('sender', { status: 'sent', senderId: 's' }, {}, now)).toEqual({ sender_id: 's' });
  });

  it('at the connection is the one that was called, and until then the one that would be', () => {
    const attempts = [{ fence: 3, connectionId: 'called', provider: 'ses' }] as unknown[] as MessageHistory['attempts'];
    const best = { connection_id: 'now-best', provider: 'smtp', name: 'our now-best' };
    const called = { connection_id: 'called', provider: 'ses' };
    expect(seen('connection', { status: 'sent', fence: 3 }, { attempts })).toEqual(called);
    expect(seen('connection', { reason: 'mailbox_busy', dueAt: SOON, fence: 3 }, { attempts })).toEqual(called);
    expect(seen('connection', { reason: 'no_connection', dueAt: SOON, fence: 4 }, { attempts })).toEqual(best);
    expect(seen('connection', { reason: 'mailbox_busy', fence: 3 }, { attempts })).toEqual(best);
    expect(seen('connection', {})).toEqual(best);
    expect(seen('connection', {}, {}, { connections: [] })).toMatchObject({ connection_id: null });
    expect(seen('connection', { mode: 'test', status: 'sent', fence: 3 }, { attempts })).toEqual({ mode: 'test' });
  });

  it('at the connection are also those that were not taken, and why', () => {
    const excluded = [{ connection: 'first', reason: 'breaker_open' }];
    const detail = { reply: '250 ok', route: { connection: 'called', excluded } };
    const attempts = [
      { fence: 3, connectionId: 'called', provider: 'ses', detail },
    ] as unknown[] as MessageHistory['attempts'];
    const sent = [{ status: 'sent', fence: 3 }, { attempts }] as const;
    expect(seen('connection', ...sent)).toEqual({ connection_id: 'called', provider: 'ses', excluded });
    expect(seen('provider', ...sent)).toEqual({ attempts: 1, reply: '250 ok' });
    const events = [event('all_routes_down', { route: { connection: null, excluded } } as unknown as Detail)];
    expect(seen('connection', { reason: 'all_routes_down', dueAt: SOON, fence: 4 }, { events })).toEqual({ excluded });
    const connections = [
      connectionSeen('off', { active: false }),
      connectionSeen('codes', { conditions: { priorities: ['high'] } }),
      connectionSeen('now-best'),
      connectionSeen('reserve', { priority: 200 }),
    ];
    expect(seen('connection', { recipient: 'ann@example.org', tags: null }, {}, { connections })).toEqual({
      connection_id: 'now-best',
      provider: 'smtp',
      name: 'our now-best',
      excluded: [
        { connection: 'codes', provider: 'smtp', name: 'our codes', reason: 'condition_not_met' },
        { connection: 'reserve', provider: 'smtp', name: 'our reserve', reason: 'lower_priority' },
        { connection: 'off', provider: 'smtp', name: 'our off', reason: 'inactive' },
      ],
    });
  });

  it('at the receipt is why the vendor gave up what it had taken', () => {
    const attempts = [{ fence: 1, outcome: 'sent' }] as unknown[] as MessageHistory['attempts'];
    const events = [event('handset_unreachable', { code: '30003' })];
    const explanation = explained({ status: 'failed', reason: 'handset_unreachable' }, { attempts, events });
    expect(explanation.findings.at(-1)).toMatchObject({
      step: 'receipt',
      verdict: 'stopped',
      reason: 'handset_unreachable',
      seen: { code: '30003' },
    });
    expect(showExplanation(explanation).summary).toMatch(/^The provider took it, and gave it up: /);
  });

  it('at the connection is none that another turn called', () => {
    const attempts = [{ fence: 3, connectionId: 'called' }] as unknown[] as MessageHistory['attempts'];
    expect(seen('connection', { reason: 'rate_limited', dueAt: SOON, fence: 4 }, { attempts })).toEqual({});
  });

  it('at the connection that cannot be used is its own id', () => {
    const events = [event('connection_unusable', { connection_id: 'broken' })];
    const of = { reason: 'connection_unusable', dueAt: SOON };
    expect(seen('connection', of, { events })).toEqual({ connection_id: 'broken' });
  });

  it('at the limits is the limit that was used up, as long as it is what holds it back', () => {
    const limited = event('rate_limited', { level: 'sender', limit: 20, window_ms: 60_000 });
    const of = { reason: 'rate_limited', dueAt: SOON };
    const limit = { level: 'sender', limit: 20, window_ms: 60_000, slot_at: SOON };
    expect(seen('limits', of, { events: [limited] })).toEqual(limit);
    const paused = [limited, event('sender_paused', {})];
    expect(seen('limits', { reason: 'sender_paused', dueAt: SOON }, { events: paused })).toEqual({});
    expect(seen('limits', { reason: 'rate_limited' }, { events: [limited] })).toEqual({});
  });

  it('at the content is the version, and the variable that was missing', () => {
    const events = [event('missing_variable', { part: 'html', variable: 'name' })];
    const of = { status: 'failed', reason: 'missing_variable', templateVersionId: 'v' } as const;
    expect(seen('content', of, { events })).toEqual({ template_version_id: 'v', part: 'html', variable: 'name' });
    const vendors = [event('mailbox_busy', { code: 450 })];
    expect(seen('content', { templateVersionId: 'v' }, { events: vendors })).toEqual({ template_version_id: 'v' });
  });

  it('at the provider is how often it was called, and what it said last', () => {
    const attempts = [{ detail: { code: 450 } }, { detail: { code: 550 } }] as unknown[] as MessageHistory['attempts'];
    expect(seen('provider', { status: 'failed' }, { attempts })).toEqual({ attempts: 2, code: 550 });
    expect(seen('provider', {})).toEqual({ attempts: 0 });
    const busy = { reason: 'vendor_busy', dueAt: SOON };
    const events = [event('vendor_busy', { waited_ms: 5 })];
    expect(seen('provider', busy, { attempts, events })).toEqual({ attempts: 2, waited_ms: 5 });
  });
});
