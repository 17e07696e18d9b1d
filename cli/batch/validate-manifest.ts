import { readManifestRange, splitManifest } from '../../activities/batch/sources/manifest.js';
import type { SourcePosition } from '../../domain/batch/chunk.js';
import { type ItemReason, itemReasons } from '../../domain/batch/item.js';
import type { ManifestSource, SourceItem } from '../../domain/batch/source.js';
import type { ManifestReader } from './read-manifest.js';

/** A line of a manifest that a job would reject. */
export interface BadLine {
  /** That the record begins on, from 1. */
  line: number;
  reason: ItemReason | 'key_too_long';
  message: string;
  /** Where it has one. */
  key?: string;
}

/** Records that are read at a time. */
const AT_A_TIME = { chunkItems: 5_000, chunks: 8 };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1_024;

/** As the API takes user ids. */
const USER_ID = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/**
 * Reads a whole manifest as a job would, and tells of each line that it would reject for what is written there. Whether the
 * photos exist is another matter.
 * @returns how many photos it lists, the bad ones too
 * @throws ApplicationFailure `OperatorMustAct` when it is not there, or its header names other columns
 */
export async function validateManifest(
  reader: ManifestReader,
  source: ManifestSource,
  tell: (bad: BadLine) => void,
): Promise<number> {
  let items = 0;
  let position: Extract<SourcePosition, { kind: 'bytes' }> | undefined;
  do {
    const split = await splitManifest(reader, source, position, AT_A_TIME);
    for (const { range } of split.chunks) {
      if (range.kind !== 'bytes') continue;
      for (const item of await readManifestRange(reader, source, range)) {
        items += 1;
        const bad = faultOf(item, source);
        if (bad) tell(bad);
      }
    }
    position = split.position?.kind === 'bytes' ? split.position : undefined;
  } while (position);
  return items;
}

function faultOf({ line = 0, key, userId, broken }: SourceItem, source: ManifestSource): BadLine | undefined {
  const bad = (reason: ItemReason) => ({
    line,
    reason,
    message: itemReasons[reason],
    ...(key ? { key } : {}),
  });
  if (broken) return bad(broken);
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES)
    return {
      ...{ line, key, reason: 'key_too_long' },
      message: `A key has ${MAX_KEY_BYTES} bytes at most, and this one ${bytes}.`,
    };
  if (userId === undefined) return bad(source.userId === undefined ? 'user_id_missing' : 'key_not_matched');
  return USER_ID.test(userId) ? undefined : bad('user_id_invalid');
}
