import { InputError } from '@outbell/shared/errors.js';
import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';

/** As TextDecoder names them, by the first bytes of a text. */
const MARKS: [number[], string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * The text of a file that comes in pieces. Its encoding is the one that was told, or that of its byte order mark; with
 * every other byte zero UTF-16; else UTF-8; but windows-1252 if the first bytes that are no ASCII are no UTF-8.
 *
 * @param charset as the content type has it
 * @throws {InputError} for an encoding that is not known, or bytes that are not of it
 */
export async function* decodeText(chunks: AsyncIterable<Buffer>, charset?: string): AsyncGenerator<string> {
  let decoder = charset === undefined ? undefined : decoderOf(charset);
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (decoder) {
      yield decode(decoder, chunk);
      continue;
    }
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const marked = held.length < 4 ? undefined : markedEncoding(held);
    if (marked) decoder = decoderOf(marked);
    else if (held.length < 4) continue;
    else if (!isAscii(held)) decoder = isUtf8Start(held) ? decoderOf('utf-8') : decoderOf('windows-1252');
    yield decoder ? decode(decoder, held) : held.toString('latin1');
    held = Buffer.alloc(0);
  }
  if (!decoder && held.length > 0)
    decoder = decoderOf(markedEncoding(held) ?? (isUtf8Start(held) ? 'utf-8' : 'windows-1252'));
  if (decoder) yield decode(decoder, held, true);
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw InputError.forField('body', 'is in an encoding that is not known', 400, 'wrong_format');
  }
}

function decode(decoder: TextDecoder, bytes: Buffer, last = false): string {
  try {
    return decoder.decode(bytes, { stream: !last });
  } catch {
    const text = `holds bytes that are not ${decoder.encoding}; name its encoding as charset in the Content-Type`;
    throw InputError.forField('body', text, 400, 'wrong_format');
  }
}

function markedEncoding(bytes: Buffer): string | undefined {
  const marked = MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (marked) return marked[1];
  if (bytes.length < 4) return undefined;
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0) return 'utf-16be';
  return undefined;
}

/** Tells whether it is UTF-8, but for a character that its end may have cut. */
function isUtf8Start(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
