/**
 * What went wrong, for a person. A refused connection to several addresses is an AggregateError, whose own message is
 * empty.
 */
export function errorLine(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(errorLine))].join('; ');
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
