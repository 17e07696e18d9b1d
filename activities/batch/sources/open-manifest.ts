import { parseKeyTemplate } from '../../../domain/batch/key-template.js';
import type { ManifestSource } from '../../../domain/batch/source.js';
import type { Archive } from '../../ports/archive.js';
import { operatorMustAct } from '../operator-must-act.js';
import { type RecordReader, readHeader } from './read-record.js';
import { CR, LF, LONGEST_RECORD, type NextRecord, nextCsvRecord, nextLine } from './records.js';
import { refusedBy } from './refused-by.js';

/** A manifest whose beginning was read. */
export interface Manifest {
  reader: RecordReader;
  next: NextRecord;
  etag: string;
  /** Where the first record begins, behind the mark of the byte order and the header. */
  from: number;
  /** The line it begins on. */
  line: number;
}

type ManifestArchive = Pick<Archive, 'read'>;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Most headers are shorter. */
const FIRST_BYTES = 16_384;

/** @throws ApplicationFailure `OperatorMustAct` when it is not there, is empty, or lacks a column */
export async function openManifest(archive: ManifestArchive, source: ManifestSource): Promise<Manifest> {
  const csv = source.format === 'csv';
  const next = csv ? nextCsvRecord : nextLine;
  const template = source.userId === undefined ? {} : { template: parseKeyTemplate(source.userId) };
  for (const length of [FIRST_BYTES, LONGEST_RECORD + BYTE_ORDER_MARK.length + 1]) {
    const { bytes, etag, size } = await readManifest(archive, source, { from: 0, to: length });
    requireUtf8(bytes);
    const from = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
    if (!csv) return { reader: { source, ...template }, next, etag, from, line: 1 };
    const header = next(bytes, from, bytes.length >= size);
    if (!header) continue;
    if (!bytes.includes(LF) && bytes.includes(CR)) throw loneReturns();
    if (header.broken || header.blank) break;
    const columns = columnsOf(bytes.subarray(header.start, header.end), source);
    return {
      reader: { source, columns, ...template },
      next,
      etag,
      from: header.end,
      line: 1 + header.lines,
    };
  }
  throw unreadableHeader();
}

/** @param etag of the manifest that it has to be; any where it is absent */
export async function readManifest(
  archive: ManifestArchive,
  source: ManifestSource,
  range: { from: number; to: number },
  etag?: string,
): Promise<{ bytes: Uint8Array; etag: string; size: number }> {
  const read = await refusedBy(source.region, archive.read(source, source.key, range));
  if (!read) {
    throw operatorMustAct(
      'The manifest is not there, or may not be read. Put it back or grant s3:GetObject, then resume.',
      'resource_missing',
    );
  }
  if (etag !== undefined && read.etag !== etag) {
    throw operatorMustAct(
      'The manifest changed since the job began. Put the old one back and resume, or cancel and start another job.',
    );
  }
  return read;
}

function columnsOf(bytes: Uint8Array, { columns: { key, userId } }: ManifestSource): string[] {
  let columns: string[];
  try {
    columns = readHeader(bytes);
  } catch {
    throw unreadableHeader();
  }
  const twice = columns.find((name, at) => name !== '' && columns.indexOf(name) !== at);
  if (twice !== undefined) {
    throw operatorMustAct(
      `The manifest's header has the column "${shown(twice)}" twice. Give each column a name of its own, or none to leave it out.`,
    );
  }
  for (const column of [key, userId]) {
    if (column === undefined || columns.includes(column)) continue;
    throw operatorMustAct(
      `The manifest's header has no column "${column}". Name its columns in the job, separate them with commas.`,
    );
  }
  return columns;
}

/** Of a name that may be anything. */
const shown = (name: string) => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

/** A file of UTF-16 begins with its mark, or with a character of ASCII, half of which is zero. */
function requireUtf8([first, second]: Uint8Array): void {
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (marked || first === 0 || second === 0)
    throw operatorMustAct('The manifest is not in UTF-8, but as it seems in UTF-16. Save it as UTF-8.');
}

const loneReturns = () =>
  operatorMustAct(
    'The lines of the manifest end in CR alone, so that it has but one. Save it with lines that end in LF, or CRLF.',
  );

const unreadableHeader = () =>
  operatorMustAct(
    'The manifest has no header that can be read. Its first line must name its columns, in UTF-8.',
  );
