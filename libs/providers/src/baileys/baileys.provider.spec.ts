import { newId } from '@outbell/shared/uuid.js';
import { describe, expect, it } from 'vitest';
import { BaileysProvider } from './baileys.provider.js';
import type { TenantSessions } from './tenant-sessions.js';

const message = {
  channel: 'whatsapp',
  messageId: newId(),
  from: '+33700000001',
  to: '+33612345678',
  text: 'Hi',
} as const;

function provider(sessions?: TenantSessions): BaileysProvider {
  return new BaileysProvider(
    { session: 'shop' },
    { sendTimeoutMs: 1_000, outboundAllow: [], whatsAppSessions: sessions },
  );
}

type State = 'new' | 'pairing' | 'connected' | 'disconnected' | 'stopped';

const at = (state: State | null, reason: string | null = null): TenantSessions => ({
  find: () => Promise.resolve(state && { state, reason }),
});

describe('BaileysProvider', () => {
  it.each([
    [null, 'session_unknown'],
    ['new', 'session_not_paired'],
    ['pairing', 'session_not_paired'],
    ['disconnected', 'session_disconnected'],
    ['stopped', 'session_stopped'],
  ] as const)('knows that nobody can send through a session that is %s', async (state, reason) => {
    expect(await provider(at(state)).send(message)).toEqual({ kind: 'retry', reason });
    expect(await provider(at(state)).verify()).toEqual({ ok: false, reason });
  });

  it.each(['disconnected', 'stopped'] as const)('says that it is too old for WhatsApp (%s)', async (state) => {
    const sessions = at(state, 'client_too_old');
    expect(await provider(sessions).send(message)).toEqual({ kind: 'retry', reason: 'client_too_old' });
    expect(await provider(sessions).verify()).toEqual({ ok: false, reason: 'client_too_old' });
  });

  it('leaves a session to the worker that has it, and comes soon again', async () => {
    const outcome = await provider(at('connected')).send(message);
    expect(outcome).toMatchObject({ kind: 'deferred', reason: 'session_on_other_worker' });
    expect((outcome as { afterMs: number }).afterMs).toBeLessThanOrEqual(1_000);
    expect(await provider(at('connected')).verify()).toEqual({ ok: true });
  });

  it('has no templates', async () => {
    const template = { name: 'hello', language: 'en', parameters: [] };
    expect(await provider(at('connected')).send({ ...message, template })).toEqual({
      kind: 'rejected',
      reason: 'template_not_supported',
    });
  });

  it('knows no session where there are none', async () => {
    expect(await provider().verify()).toEqual({ ok: false, reason: 'session_unknown' });
  });
});
