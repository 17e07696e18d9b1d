import type { SourcePosition, Split } from '../../../domain/batch/chunk.js';
import { matchKey, parseKeyTemplate } from '../../../domain/batch/key-template.js';
import type { PrefixSource, SourceItem, SourceRange } from '../../../domain/batch/source.js';
import type { Archive, ArchivedObject } from '../../ports/archive.js';
import { refusedBy } from './refused-by.js';
import type { SplitSize } from './split-size.js';

type Keys<T> = Extract<T, { kind: 'keys' }>;

/** The most that one call lists (ListObjectsV2, API reference). */
const PAGE = 1_000;

/** Ranges of keys, each from behind the last one's end. */
export async function splitPrefix(
  archive: Pick<Archive, 'list'>,
  source: PrefixSource,
  position: Keys<SourcePosition> | undefined,
  { chunkItems, chunks, remaining = Number.POSITIVE_INFINITY }: SplitSize,
): Promise<Split> {
  const ranges: { range: Keys<SourceRange>; items: number }[] = [];
  let after = position?.after ?? '';
  let left = remaining;
  let more = true;
  let listed: ArchivedObject[] = [];
  while (ranges.length < chunks && left > 0) {
    const wanted = Math.min(chunkItems, left);
    while (listed.length < wanted && more) {
      const page = await listAfter(archive, source, listed.at(-1)?.key ?? after);
      listed = [...listed, ...page.objects];
      more = page.more;
    }
    const through = listed[Math.min(wanted, listed.length) - 1]?.key;
    if (through === undefined) break;
    const items = Math.min(wanted, listed.length);
    ranges.push({ range: { kind: 'keys', after, through }, items });
    listed = listed.slice(items);
    left -= items;
    after = through;
  }
  const atEnd = left <= 0 || (listed.length === 0 && !more);
  return { chunks: ranges, ...(atEnd ? {} : { position: { kind: 'keys', after } }) };
}

/** What is listed in a range now. */
export async function readPrefixRange(
  archive: Pick<Archive, 'list'>,
  source: PrefixSource,
  { after, through }: Keys<SourceRange>,
): Promise<SourceItem[]> {
  const { bucket, region } = source;
  const template = parseKeyTemplate(source.userId);
  const end = Buffer.from(through);
  const items: SourceItem[] = [];
  for (let from = after, more = true; more; ) {
    const page = await listAfter(archive, source, from);
    more = page.more;
    for (const { key, etag, size } of page.objects) {
      // S3 lists by the bytes of UTF-8, which is not how strings compare.
      if (Buffer.compare(Buffer.from(key), end) > 0) return items;
      const userId = matchKey(template, key);
      const place = { bucket, ...(region ? { region } : {}) };
      items.push({ ...place, key, etag, size, ...(userId ? { userId } : {}) });
      from = key;
    }
    if (from === through) return items;
  }
  return items;
}

function listAfter(archive: Pick<Archive, 'list'>, source: PrefixSource, after: string) {
  const page = { prefix: source.prefix, limit: PAGE, ...(after === '' ? {} : { after }) };
  return refusedBy(source.region, archive.list(source, page));
}
