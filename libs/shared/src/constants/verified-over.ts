/**
 * By whom a sender is vouched for, and so whose connections it may go by. `tenant`: by the tenant's own vendor or mail
 * server, so by the tenant's own connections alone. `installation`: its code came by the installation's connections,
 * which no tenant reads; `operator`: the operator's word; both go by all. `withdrawn`: as `tenant`, by the operator's
 * word, which no code changes.
 */
export const VERIFIED_OVER = ['tenant', 'installation', 'operator', 'withdrawn'] as const;
export type VerifiedOver = (typeof VERIFIED_OVER)[number];

/** Names whose connections carry a code to a sender of email. */
export type CodeOver = 'tenant' | 'installation';

/** Tells whether it may go by the installation's connections, which many share and a vendor trusts. */
export function servesInstallation(over: VerifiedOver): boolean {
  return over === 'installation' || over === 'operator';
}
