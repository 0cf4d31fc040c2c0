/** Reads a list page by page to its end. */
interface Page {
  readonly next?: { readonly start?: string };
}

/** More pages than any quota of the platform allows. */
const PAGES_MAX = 100;

export async function listAll<Answer extends Page, Item>(
  read: (query: { readonly start?: string }) => Promise<Answer>,
  itemsOf: (answer: Answer) => readonly Item[],
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await read(start === undefined ? {} : { start });
    items.push(...itemsOf(answer));
    start = answer.next?.start;
    if (start === undefined) return items;
  }
  throw new Error(`Cannot read the list: it has more than ${PAGES_MAX} pages`);
}
