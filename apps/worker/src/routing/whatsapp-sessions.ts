import type { TenantSessions } from '@outbell/providers/baileys/tenant-sessions.js';

/**
 * The WhatsApp sessions that this worker has open, and what is known of those of others. Absent in one that does not
 * deliver WhatsApp.
 */
export abstract class WhatsAppSessions {
  abstract sessionsOf(tenantId: string): TenantSessions;
}
