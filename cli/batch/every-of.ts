import type { ApiClient } from '../api-client.js';

/** The longest page that each list of the API gives. A page may have less in it, or nothing, though there is another one. */
const PAGE = 100;

interface Page<T> {
  data: readonly T[];
  next_cursor: string | null;
  /** Of duplicates: false where there are more pairs than the API puts together at once. */
  complete?: boolean;
}

/**
 * What a list of the API has, page by page, `limit` at most.
 * @param pageSize the longest that this list gives
 * @param incomplete called of each page that says that there is more than any page shows
 */
export async function* everyOf<T>(
  api: ApiClient,
  path: string,
  filter: object,
  limit: number,
  pageSize = PAGE,
  incomplete?: () => void,
): AsyncGenerator<T> {
  const named = Object.entries(filter).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  let left = limit;
  for (let cursor: string | null = ''; cursor !== null && left > 0; ) {
    const query = new URLSearchParams(named);
    // Also for a few: of a list that is filtered a short page may have none of them.
    query.set('limit', String(pageSize));
    if (cursor) query.set('cursor', cursor);
    const page: Page<T> = await api.call<Page<T>>('GET', `${path}?${query}`);
    if (page.complete === false) incomplete?.();
    yield* page.data.slice(0, left);
    left -= page.data.length;
    cursor = page.next_cursor;
  }
}
