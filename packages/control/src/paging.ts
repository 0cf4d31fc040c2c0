/**
 * Pages of a list. A page is asked for by the key of the last item before it, packed into an opaque token; so nothing
 * is lost or shown twice when items come and go between two pages.
 */
import { LIST_LIMITS } from '@slipway/spec';

export interface PageQuery {
  readonly limit?: number;
  readonly start?: string;
}

export interface PageRequest {
  readonly limit: number;
  /** Key of the last item of the page before. */
  readonly after: string | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly limit: number;
  readonly first: { href: string };
  readonly next?: { href: string; start: string };
}

/** Leads every token, so that other base64 text is not taken for one. */
const TOKEN_PREFIX = 'after:';

export function readPageRequest(query: PageQuery): PageRequest {
  const limit = query.limit ?? LIST_LIMITS.pageDefault;
  return { limit, after: query.start === undefined ? undefined : decodeToken(query.start) };
}

export function encodeToken(key: string): string {
  return Buffer.from(TOKEN_PREFIX + key, 'utf8').toString('base64url');
}

/**
 * A token that is none begins at the beginning, as in the public API: clients with tokens of elsewhere, or of a platform
 * that was set up anew, get a page and no refusal.
 */
function decodeToken(token: string): string | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const isOurs = text.startsWith(TOKEN_PREFIX) && encodeToken(text.slice(TOKEN_PREFIX.length)) === token;
  return isOurs ? text.slice(TOKEN_PREFIX.length) : undefined;
}

/** Rows are the page and, if there is more, at least one row beyond it. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  options: {
    readonly limit: number;
    /** Address of the list, with or without a query. */
    readonly href: string;
    readonly keyOf: (row: Row) => string;
    readonly toItem: (row: Row) => Item;
  },
): Page<Item> {
  const { limit, href } = options;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const first = `${href}${href.includes('?') ? '&' : '?'}limit=${limit}`;
  const page = { items: shown.map(options.toItem), limit, first: { href: first } };
  if (rows.length <= limit || last === undefined) return page;
  const start = encodeToken(options.keyOf(last));
  return { ...page, next: { href: `${first}&start=${start}`, start } };
}

/** A page of a list that is complete in memory. */
export function pageInMemory<Row>(
  rows: readonly Row[],
  request: PageRequest,
  keyOf: (row: Row) => string,
): readonly Row[] {
  const { after } = request;
  return rows
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .filter((row) => after === undefined || keyOf(row) > after)
    .slice(0, request.limit + 1);
}
