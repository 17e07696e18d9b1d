import { LONGEST_KEY_BYTES, unusable } from '../../activities/batch/look-at-item.js';
import { readManifestRange, splitManifest } from '../../activities/batch/sources/manifest.js';
import type { SourcePosition } from '../../domain/batch/chunk.js';
import { type ItemReason, itemReasons } from '../../domain/batch/item.js';
import type { ManifestSource, SourceItem } from '../../domain/batch/source.js';
import type { ManifestReader } from './read-manifest.js';

/** A line of a manifest that a job would reject. */
export interface BadLine {
  /** That the record begins on, from 1. */
  line: number;
  reason: ItemReason;
  message: string;
  /** Where it has one. */
  key?: string;
}

/** Records that are read at a time. */
const AT_A_TIME = { chunkItems: 5_000, chunks: 8 };

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

/** The same reason as in a plan and in a run; of a key that can be no object's, why it is that. */
function faultOf(item: SourceItem, source: ManifestSource): BadLine | undefined {
  const { line = 0, key } = item;
  const reason = unusable(source, item);
  if (!reason) return undefined;
  const bytes = Buffer.byteLength(key);
  const message =
    bytes > LONGEST_KEY_BYTES
      ? `A key has ${LONGEST_KEY_BYTES} bytes at most, and this one ${bytes}.`
      : itemReasons[reason];
  return { line, reason, message, ...(key ? { key } : {}) };
}
