import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** A place in a compiled module, as it stands in a stack: URL (on Windows with a drive), line, column. */
const PLACE = /(file:\/\/\/(?:[A-Za-z]:)?[^\s():]+\.js):(\d+):(\d+)/g;

/** Those that were needed. Files without a map are not kept: an error's message may name any number of them. */
const maps = new Map<string, SourceMap>();

/**
 * A stack whose places in our compiled files are those in the TypeScript they were compiled from. Node's
 * `--enable-source-maps` would read the maps of all modules at their import, dependencies included, and keep them: a
 * tenth of a process' memory, for stacks that are hardly ever printed. This reads a map when a stack that needs it is
 * written.
 *
 * @param text a stack, or whatever may hold one
 */
export function withSourcePositions(text: string): string {
  if (!text.includes('.js:')) return text;
  return text.replace(PLACE, (place, url: string, line: string, column: string) => {
    const origin = mapOf(url)?.findOrigin(Number(line), Number(column));
    if (!origin || !('fileName' in origin) || !URL.canParse(origin.fileName, url)) return place;
    return `${new URL(origin.fileName, url).href}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

function mapOf(url: string): SourceMap | undefined {
  if (url.includes('/node_modules/')) return undefined;
  const map = maps.get(url) ?? readMap(url);
  if (map) maps.set(url, map);
  return map;
}

/** The map `tsc` wrote beside the file, if there is one. */
function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${url}.map`), 'utf8')) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
