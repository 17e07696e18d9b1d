import type { SourcePosition, Split } from '../../domain/batch/chunk.js';
import type { BatchSource, SourceItem, SourceRange } from '../../domain/batch/source.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { operatorMustAct } from './operator-must-act.js';
import { readManifestRange, splitManifest } from './sources/manifest.js';
import { readPrefixRange, splitPrefix } from './sources/prefix.js';
import type { SplitSize } from './sources/split-size.js';

/**
 * The next ranges of a source, and where those after them begin. Nothing but their ends is kept.
 * @throws ApplicationFailure `OperatorMustAct` when the source cannot be read, or is a manifest that changed meanwhile
 */
export async function splitSource(
  { archive }: Pick<Ports, 'archive'>,
  request: SplitSize & { tenant: Tenant; source: BatchSource; position?: SourcePosition },
): Promise<Split> {
  const { source, position } = request;
  if (source.kind === 'prefix') {
    if (position && position.kind !== 'keys') throw foreign();
    return splitPrefix(archive, source, position, request);
  }
  if (position && position.kind !== 'bytes') throw foreign();
  return splitManifest(archive, source, position, request);
}

/** The items of a range; the same ones whenever it is read, as long as the source stays as it is. */
export async function readRange(
  { archive }: Pick<Ports, 'archive'>,
  source: BatchSource,
  range: SourceRange,
): Promise<SourceItem[]> {
  if (source.kind === 'prefix') {
    if (range.kind !== 'keys') throw foreign();
    return readPrefixRange(archive, source, range);
  }
  if (range.kind !== 'bytes') throw foreign();
  return readManifestRange(archive, source, range);
}

const foreign = () => operatorMustAct('This part is of another kind of source. Cancel the job.');
