import type { ItemOutcome } from './item.js';

const columns: Readonly<Record<string, (item: ItemOutcome) => string | number | undefined>> = {
  item_id: ({ itemId }) => itemId,
  status: ({ status }) => status,
  reason: ({ reason }) => reason,
  attempts: ({ attempts }) => attempts,
  uri: ({ uri }) => uri,
  user_id: ({ userId }) => userId,
  line: ({ line }) => line,
  face_id: ({ face }) => face?.faceId,
  collection: ({ face }) => face?.collection,
  face_model_version: ({ face }) => face?.faceModelVersion,
  duplicate: ({ duplicate }) => (duplicate ? 'true' : undefined),
  attributes: ({ attributes }) => attributes && JSON.stringify(attributes),
  chunk: ({ chunk }) => chunk,
  at: ({ at }) => new Date(at).toISOString(),
};

/** First line of the table of a job's items, with its end. */
export const itemsCsvHeader = `${Object.keys(columns).join(',')}\r\n`;

/**
 * A line of the table, with its end (RFC 4180: quotes are doubled, lines end in CRLF). Text that a spreadsheet would take
 * for a formula has a `'` before it: keys and user ids are other people's
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function itemCsvRow(item: ItemOutcome): string {
  return `${Object.values(columns)
    .map((of) => cell(of(item)))
    .join(',')}\r\n`;
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const plain = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
