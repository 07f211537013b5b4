import type { paths } from './api.generated.js';

interface Page {
  data: unknown[];
  next_cursor: string | null;
}

type Value = string | number | undefined;

type AnswerOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : null;

/** The paths of lists by pages. */
export type ListPath = {
  [Path in keyof paths]: AnswerOf<Path> extends Page ? (Path extends `${string}{${string}` ? never : Path) : never;
}[keyof paths];

/** What such a list holds. */
export type ItemOf<Path extends ListPath> = AnswerOf<Path> extends { data: (infer Item)[] } ? Item : never;

/** What it can be narrowed to; `limit` is the size of the pages it is read by. */
export type QueryOf<Path extends ListPath> = paths[Path] extends { get: { parameters: { query?: infer Query } } }
  ? Omit<NonNullable<Query>, 'cursor'>
  : never;

/**
 * Every item of a list, page after page as they are asked for. @param read one page, by the path and query of its
 * address
 */
export async function* itemsOf<Path extends ListPath>(
  path: Path,
  query: QueryOf<Path>,
  read: (pathAndQuery: string) => Promise<Response>,
): AsyncGenerator<ItemOf<Path>, void, undefined> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries<Value | Value[]>(query)) {
    for (const each of [value].flat()) if (each !== undefined) asked.append(name, String(each));
  }
  for (let cursor: string | null = ''; cursor !== null;) {
    if (cursor !== '') asked.set('cursor', cursor);
    const page = (await (await read(`${path}?${asked.toString()}`)).json()) as Page;
    yield* page.data as ItemOf<Path>[];
    cursor = page.next_cursor;
  }
}
