/** The text of a part: transfer encoding undone, then its charset. `content` holds one byte a character. */
export function decodedText(content: string, encoding: string | undefined, charset: string | undefined): string {
  return textIn(bytesOf(content, encoding?.trim().toLowerCase()), charset);
}

/** A header's value as a person reads it (RFC 2047): `=?utf-8?q?Gr=C3=BC=C3=9Fe?=` → `Grüße`. */
export function decodedWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([\w-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?]*)\?=/gi, (_, charset: string, kind: string, word: string) =>
      decodedText(
        kind.toLowerCase() === 'b' ? word : word.replaceAll('_', ' '),
        ENCODINGS[kind.toLowerCase()],
        charset,
      ),
    );
}

const ENCODINGS: Readonly<Record<string, string>> = { b: 'base64', q: 'quoted-printable' };

function bytesOf(content: string, encoding: string | undefined): Buffer {
  if (encoding === 'base64') return Buffer.from(content, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(content, 'latin1');
  const undone = content
    .replace(/=[ \t]*\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(undone, 'latin1');
}

function textIn(bytes: Buffer, charset = 'utf-8'): string {
  for (const label of [charset === 'us-ascii' ? 'utf-8' : charset, 'utf-8']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // Named wrongly, or unknown: the next.
    }
  }
  return new TextDecoder('windows-1252').decode(bytes);
}
