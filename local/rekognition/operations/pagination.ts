import { refusals } from '../refusals.js';

/** Place `position` of the list `list` as a token that says nothing to its reader. */
export function tokenFor(list: string, position: number): string {
  return Buffer.from(JSON.stringify([hash(list), position])).toString('base64url');
}

/** The place a token stands for, 0 without one. Throws InvalidPaginationTokenException when it is not of this list. */
export function positionOf(list: string, token: string | undefined): number {
  if (token === undefined) return 0;
  try {
    const [owner, position] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as [
      number,
      number,
    ];
    if (owner === hash(list) && Number.isInteger(position) && position >= 0) return position;
  } catch {
    // answered below
  }
  throw refusals.invalidToken();
}

/** Short, so that tokens stay under the 255 characters that are allowed. */
function hash(text: string): number {
  let value = 0;
  for (const char of text) value = (value * 31 + (char.codePointAt(0) as number)) | 0;
  return value;
}
