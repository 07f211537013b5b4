import { QueryFailedError } from 'typeorm';

const FOREIGN_KEY_VIOLATION = '23503';

/** What a row refers to, by the constraint that misses it. */
const REFERENCES: Readonly<Record<string, string>> = {
  api_key_created_by_fkey: 'key',
  contact_device_tenant_id_contact_id_fkey: 'contact',
  sender_report_sender_id_fkey: 'sender',
  template_version_template_id_fkey: 'template',
  whatsapp_key_session_id_fkey: 'WhatsApp session',
};

/**
 * Finds what a statement referred to that was deleted in the same moment; null where the error is another. Whoever
 * looks before writing sees what was there a moment ago: the database has the last word.
 *
 * @returns as the API calls it
 */
export function missingReference(error: unknown): string | null {
  if (!(error instanceof QueryFailedError)) return null;
  const { code, constraint = '' } = error.driverError as { code?: string; constraint?: string };
  if (code !== FOREIGN_KEY_VIOLATION) return null;
  // All others refer to a tenant.
  return REFERENCES[constraint] ?? 'tenant';
}
