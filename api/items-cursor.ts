import { problems } from './problem.js';

/** Which of a job's items a list shows. */
interface ItemsFilter {
  status?: string | undefined;
  reason?: string | undefined;
}

const nameOf = ({ status = 'all', reason = 'any' }: ItemsFilter) => `${status}.${reason}.`;

/** The cursor of a page as it is given away: it says which list it is of. */
export const itemsCursorOf = (filter: ItemsFilter, cursor: string): string => nameOf(filter) + cursor;

/** A part of the list, and the key of the last item that was shown of it (list-items.ts). */
const byChunk = /^\d{1,9}:(?:ITEM#[a-z2-7]{26})?$/;
const byReason = /^\d{1,9}:(?:[a-z_]{0,40}#\d{10}#[a-z2-7]{26})?$/;

/**
 * The place that a cursor stands for.
 * @throws Problem 422 where it is of another list, or of none
 */
export function parseItemsCursor(filter: ItemsFilter, cursor: string): string {
  const name = nameOf(filter);
  const place = cursor.slice(name.length);
  const { status, reason } = filter;
  const isPlace = (status === undefined || status === 'indexed' ? byChunk : byReason).test(place);
  const key = place.slice(place.indexOf(':') + 1);
  const isOfReason = reason === undefined || key === '' || key.startsWith(`${reason}#`);
  if (cursor.startsWith(name) && isPlace && isOfReason) return place;
  throw problems.invalid([
    {
      pointer: '/cursor',
      message: 'must be the next_cursor of the page before, of a list with the same status and reason',
    },
  ]);
}
