import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import type { CallbackRepository } from '@outbell/persistence/repositories/callback.repository.js';
import type { Evidence } from '@outbell/providers/callback.js';
import { BaileysProvider } from '@outbell/providers/whatsapp/baileys/baileys.provider.js';

/** For so long, in ms, it is tried to write down what WhatsApp tells once only; then it is lost, and the log says so. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Writes down what WhatsApp tells a session. It is evidence as any other, of a connection that is not named. */
export async function noteSessionEvidence(
  callbacks: CallbackRepository,
  tenantId: string,
  evidence: Evidence[],
  logger: Logger,
): Promise<void> {
  const { noteEvidence } = await import('../delivery/note-evidence.js');
  const source = { provider: BaileysProvider.providerName, connectionId: null, tenantId };
  for (const waitMs of [...WAITS_MS, null]) {
    try {
      await noteEvidence(callbacks, source, evidence);
      return;
    } catch (error) {
      const kinds = evidence.map(({ kind }) => kind).join(', ');
      if (waitMs === null) {
        logger.error('what WhatsApp told is lost', { tenantId, kinds }, error);
        return;
      }
      logger.warn('what WhatsApp told cannot be written down yet', { tenantId, kinds }, error);
      await wait(waitMs, undefined, { ref: false });
    }
  }
}
