import type { DataSource } from 'typeorm';

/** So many domains refuse a sender, as the subscriber `sender-reports` keeps it. */
export async function reportSender(
  db: DataSource,
  { tenantId, senderId }: { tenantId: string; senderId: string },
  domains: string[],
): Promise<void> {
  await db.query(
    `INSERT INTO sender_report (sender_id, domain, tenant_id, provider, reason, reported_at)
     SELECT $1, domain, $2, 'smtp', 'policy_rejected', now() FROM unnest($3::text[]) AS domain
     ON CONFLICT (sender_id, domain) DO UPDATE SET reported_at = now()`,
    [senderId, tenantId, domains],
  );
}
