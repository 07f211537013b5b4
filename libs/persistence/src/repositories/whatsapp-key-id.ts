import { v5 } from 'uuid';

/** Where the code lies that who pairs is to scan or to type. */
export const SHOWN_KEY = { kind: 'pairing', name: 'shown' } as const;

/**
 * The id of a session's key: the same for the same kind and name, which can hold a telephone number and is not to be
 * read from it.
 */
export function whatsAppKeyId(sessionId: string, { kind, name }: { kind: string; name: string }): string {
  return v5(`${kind}/${name}`, sessionId);
}
