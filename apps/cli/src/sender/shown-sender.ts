import type { SenderEntity } from '@outbell/persistence/entities/sender.entity.js';
import { servesInstallation } from '@outbell/shared/constants/verified-over.js';

/** A sender in the API's names, with its tenant. */
export function shownSender(sender: SenderEntity) {
  const { id, tenantId, channel, address, name, status, verifiedAt, verifiedOver } = sender;
  const verified = { verified_over: verifiedAt && verifiedOver, verified_at: verifiedAt };
  return { id, tenant_id: tenantId, channel, address, name, status, ...verified };
}

/** Whose connections a sender may go by, for a reader. */
export function reachOf({ verifiedAt, verifiedOver }: SenderEntity): string {
  if (!verifiedAt) return 'not verified';
  if (servesInstallation(verifiedOver)) return `the installation’s connections too (${verifiedOver})`;
  return verifiedOver === 'withdrawn'
    ? 'the tenant’s own connections alone (withdrawn)'
    : 'the tenant’s own connections alone';
}
