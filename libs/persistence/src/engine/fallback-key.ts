/** Returns the idempotency key of a fallback's own message. No tenant's key has a blank. */
export function fallbackKey(messageId: string, position: number): string {
  return `fallback ${messageId} ${position}`;
}

/** The same as `message_dedupe` has it: of fallback `f` of a message of `mode`. */
export function dedupeKeyOfFallback(mode: string): string {
  return `sha256(convert_to(${mode} || ':fallback ' || f.message_id || ' ' || f.position, 'UTF8'))`;
}
