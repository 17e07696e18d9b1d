import type { SourcePosition, Split } from '../../../domain/batch/chunk.js';
import type { ManifestSource, SourceItem, SourceRange } from '../../../domain/batch/source.js';
import type { Archive } from '../../ports/archive.js';
import { openManifest, readManifest } from './open-manifest.js';
import { readRecord } from './read-record.js';
import { LF, type RawRecord } from './records.js';
import type { SplitSize } from './split-size.js';

type Bytes<T> = Extract<T, { kind: 'bytes' }>;

/** Bytes that one call reads. */
const BLOCK = 1_048_576;

/** So that a chunk of long records does not weigh more than others. */
const LARGEST_RANGE = 4 * BLOCK;

/**
 * Of blank lines, and of lines too long to be read, before whoever asks hears of it: so that a call never takes longer than a
 * heartbeat may.
 */
const MOST_BLANK = LARGEST_RANGE;

/** Ranges of a manifest that end where records do; with a position and no range where nothing was met that is an item. */
export async function splitManifest(
  archive: Pick<Archive, 'read'>,
  source: ManifestSource,
  position: Bytes<SourcePosition> | undefined,
  { chunkItems, chunks, remaining = Number.POSITIVE_INFINITY }: SplitSize,
): Promise<Split> {
  const manifest = await openManifest(archive, source);
  const { etag } = position ?? manifest;
  let { from, line } = position ?? manifest;
  let inside = position?.inside === true;
  const ranges: { range: Bytes<SourceRange>; items: number }[] = [];
  let left = remaining;
  const blocks = createBlocks(archive, source, from, etag);
  let blank = 0;
  /** What is left of a line that is too long: as much of it as is held. */
  async function skip(): Promise<number> {
    const rest = await blocks.restOfLine();
    from += rest.bytes;
    if (rest.ended) line++;
    inside = !rest.ended;
    return rest.bytes;
  }
  while (ranges.length < chunks && left > 0 && blank < MOST_BLANK) {
    if (inside) {
      blank += await skip();
      continue;
    }
    const begin = { from, line };
    let items = 0;
    let record: RawRecord | undefined;
    while (items < Math.min(chunkItems, left) && from - begin.from < LARGEST_RANGE) {
      if (inside) {
        await skip();
        continue;
      }
      record = await blocks.next(manifest.next);
      if (!record) break;
      from += record.end - record.start;
      line += record.lines;
      if (!record.blank) items++;
      // Some of what follows, so that whoever reads the range sees that it goes on.
      if (record.cut) await skip();
    }
    if (items > 0) ranges.push({ range: { kind: 'bytes', ...begin, to: from, etag }, items });
    else blank += from - begin.from;
    left -= items;
    if (!record) return { chunks: ranges };
  }
  if (left <= 0) return { chunks: ranges };
  return { chunks: ranges, position: { kind: 'bytes', from, line, etag, ...(inside ? { inside } : {}) } };
}

/** The items of a range; the same ones whenever it is read. */
export async function readManifestRange(
  archive: Pick<Archive, 'read'>,
  source: ManifestSource,
  { from, to, line: firstLine, etag }: Bytes<SourceRange>,
): Promise<SourceItem[]> {
  const { reader, next } = await openManifest(archive, source);
  const { bytes } = await readManifest(archive, source, { from, to }, etag);
  const items: SourceItem[] = [];
  let line = firstLine;
  for (let at = 0; at < bytes.length; ) {
    const record = next(bytes, at, true);
    if (!record) break;
    const { start, end, lines, broken, blank, cut } = record;
    const text = broken ? new Uint8Array() : bytes.subarray(start, end);
    if (!blank) items.push(readRecord(reader, text, line));
    const rest = cut ? bytes.indexOf(LF, end) + 1 : 0;
    at = cut ? rest || bytes.length : end;
    line += cut ? 1 : lines;
  }
  return items;
}

/** Reads a manifest on from a byte, and holds no more of it than the record that is looked at and a block. */
function createBlocks(archive: Pick<Archive, 'read'>, source: ManifestSource, from: number, etag: string) {
  let held: Uint8Array = new Uint8Array();
  let start = 0;
  let position = from;
  let size = Number.POSITIVE_INFINITY;
  async function more(): Promise<void> {
    const read = await readManifest(archive, source, { from: position, to: position + BLOCK }, etag);
    size = read.size;
    position += read.bytes.length;
    held = Buffer.concat([held.subarray(start), read.bytes]);
    start = 0;
    if (read.bytes.length === 0) size = position; // it ends here, whatever was said of it
  }
  return {
    /** How much is passed over of a line that goes on, and whether that was its end, or the manifest's. */
    async restOfLine(): Promise<{ bytes: number; ended: boolean }> {
      if (start === held.length && position < size) await more();
      const at = held.indexOf(LF, start);
      const bytes = (at < 0 ? held.length : at + 1) - start;
      start += bytes;
      return { bytes, ended: at >= 0 || bytes === 0 };
    },
    /** Undefined at the end. */
    async next(next: (bytes: Uint8Array, start: number, whole: boolean) => RawRecord | undefined) {
      for (;;) {
        const record = next(held, start, position >= size);
        if (record) {
          start = record.end;
          return record;
        }
        if (position >= size) return undefined;
        await more();
      }
    },
  };
}
