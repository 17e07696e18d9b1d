import type { ItemOutcome } from '../../domain/batch/item.js';
import type { SourceItem } from '../../domain/batch/source.js';

/** What the ledger keeps of a line of a manifest, beside whose photo it names and where that is. */
export function fromManifest({ line, attributes }: SourceItem): Pick<ItemOutcome, 'line' | 'attributes'> {
  return { ...(line === undefined ? {} : { line }), ...(attributes ? { attributes } : {}) };
}
