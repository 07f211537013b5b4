const PAGE = 200;

/** Reads a list to its end, 200 entries at a time; `page` gives those after the entry of an id. */
export async function allPages<T extends { id: string }>(
  page: (limit: number, after: string | undefined) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = [];
  let read: T[];
  do {
    read = await page(PAGE, all.at(-1)?.id);
    all.push(...read);
  } while (read.length === PAGE);
  return all;
}
