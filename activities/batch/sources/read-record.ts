import { parse } from 'csv-parse/sync';
import { type KeyTemplate, matchKey } from '../../../domain/batch/key-template.js';
import type { ManifestSource, SourceItem } from '../../../domain/batch/source.js';

/** How the records of a manifest are read. */
export interface RecordReader {
  source: ManifestSource;
  /** Of CSV, from its header. */
  columns?: readonly string[];
  template?: KeyTemplate;
}

/** In the place of a key or an id that is none. No key and no id has this character alone (look-at-item.ts). */
const NO_ID = '\0';

/** The item that a record is, or what is wrong with it. @param line that it begins on, from 1 */
export function readRecord(reader: RecordReader, bytes: Uint8Array, line: number): SourceItem {
  const { source, template } = reader;
  const { bucket, region } = source.photos ?? source;
  const place = { bucket, ...(region ? { region } : {}), line };
  const fields = fieldsOf(reader, bytes);
  if (!fields) return { ...place, key: '', broken: 'line_unreadable' };
  const { key: keyColumn, userId: userColumn } = source.columns;
  const key = fields.get(keyColumn);
  if (key === NO_ID) return { ...place, key: '', broken: 'line_unreadable' };
  if (!key) return { ...place, key: '', broken: 'key_missing' };
  if (source.within !== undefined && !key.startsWith(source.within))
    return { ...place, key, broken: 'not_found' };
  const named = userColumn === undefined ? undefined : fields.get(userColumn);
  if (named === NO_ID) return { ...place, key, broken: 'user_id_invalid' };
  const userId = named || (template ? matchKey(template, key) : undefined);
  const others = [...fields].filter(([name, value]) => name !== keyColumn && name !== userColumn && value);
  return {
    ...place,
    key,
    ...(userId ? { userId } : {}),
    ...(others.length > 0 ? { attributes: Object.fromEntries(others) } : {}),
  };
}

/** The names of the columns. @throws Error when it is no record of CSV */
export function readHeader(bytes: Uint8Array): string[] {
  return csvFields(textOf(bytes)) ?? [];
}

/** Undefined where the record cannot be read. */
function fieldsOf({ source, columns }: RecordReader, bytes: Uint8Array): Map<string, string> | undefined {
  try {
    const text = textOf(bytes);
    if (source.format === 'jsonl') return jsonFields(JSON.parse(text), Object.values(source.columns));
    const values = csvFields(text);
    if (!columns || values?.length !== columns.length) return undefined;
    // One without a name is a comma too many of a spreadsheet.
    return new Map(
      columns.map((name, at) => [name, values[at] ?? ''] as const).filter(([name]) => name !== ''),
    );
  } catch {
    return undefined;
  }
}

/** Keys and ids that were changed on the way would name other objects and other people. */
const textOf = (bytes: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

const csvFields = (text: string): string[] | undefined =>
  parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] })[0];

function jsonFields(value: unknown, ids: readonly string[]): Map<string, string> | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const named = Object.entries(value).filter(([, field]) => field !== null);
  return new Map(
    named.map(([name, field]) => {
      if (ids.includes(name)) return [name, isId(field) ? String(field) : NO_ID];
      return [name, typeof field === 'string' ? field : JSON.stringify(field)];
    }),
  );
}

/** A larger number has lost digits when it was parsed: two people would be one. */
const isId = (field: unknown) => typeof field === 'string' || Number.isSafeInteger(field);
