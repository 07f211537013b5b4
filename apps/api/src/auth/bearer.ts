/** The key of an `Authorization` header, however it spells what comes before it. */
export function bearerOf(authorization: string): string {
  return authorization.replace(/^Bearer +/i, '');
}
