import type { WhatsAppSessionEntity } from '@outbell/persistence/entities/whatsapp-session.entity.js';

/** What is told to who pairs a session. */
export type PairingEvent =
  /** No worker has it in hand yet, or the next code is on its way. */
  | { type: 'waiting'; data: { state: string } }
  | { type: 'qr'; data: { qr: string; expires_at: string } }
  | { type: 'code'; data: { code: string; expires_at: string } }
  | { type: 'connected'; data: { phone: string | null } }
  | { type: 'failed'; data: { reason: string | null } };

/** What lies under SHOWN_KEY, opened. */
export type Shown = { qr: string } | { code: string };

export function pairingEvent(session: WhatsAppSessionEntity, shown: { code: Shown; until: Date } | null): PairingEvent {
  const { state, reason, phone } = session;
  if (state === 'connected') return { type: 'connected', data: { phone } };
  if (state === 'stopped') return { type: 'failed', data: { reason } };
  if (!shown) return { type: 'waiting', data: { state } };
  return 'qr' in shown.code
    ? { type: 'qr', data: { ...shown.code, expires_at: shown.until.toISOString() } }
    : { type: 'code', data: { ...shown.code, expires_at: shown.until.toISOString() } };
}

/** Nothing follows it. */
export function isLast({ type }: PairingEvent): boolean {
  return type === 'connected' || type === 'failed';
}
