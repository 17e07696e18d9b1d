import type { ItemOutcome, ItemReason } from '../../domain/batch/item.js';
import type { BatchSource, SourceItem } from '../../domain/batch/source.js';
import type { ChunkLedger } from './chunk-ledger.js';
import type { ItemIds } from './item-id.js';
import type { ItemWork } from './item-work.js';
import { objectOf } from './object-of.js';

/** Items of one user, to be worked on one after the other. */
export type UserItems = readonly ItemWork[];

/** What a range has and the ledger has not, by users, in the order of the source. */
export function itemsToDo(items: readonly SourceItem[], ledger: ChunkLedger, idOf: ItemIds): UserItems[] {
  const seen = new Map<string, number | undefined>();
  const works: ItemWork[] = [];
  for (const item of items) {
    const name = JSON.stringify([item.bucket, item.key]);
    const repeats = !item.broken && seen.has(name) ? { repeats: seen.get(name) ?? 0 } : {};
    if (!item.broken && !seen.has(name)) seen.set(name, item.line);
    if (!isDone(item, ledger, idOf)) works.push({ item, ...repeats });
  }
  return byUser(works);
}

/** Dead letters of a ledger, of these reasons, or of all where there are none. */
export function itemsToRetry(
  rows: readonly ItemOutcome[],
  source: BatchSource,
  reasons: readonly ItemReason[],
): UserItems[] {
  const { region } = source.kind === 'manifest' ? (source.photos ?? source) : source;
  // In the order of their lines: what a line repeats comes before it.
  const inOrder = [...rows].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  const first = new Map<string, number>();
  for (const { uri, line } of inOrder) if (line !== undefined && !first.has(uri)) first.set(uri, line);
  const wanted = inOrder.filter(
    ({ status, reason, uri }) =>
      status === 'dead_letter' &&
      uri !== '' &&
      (reasons.length === 0 || (reason && reasons.includes(reason))),
  );
  return byUser(
    wanted.map(({ itemId, uri, userId, line, attributes }) => ({
      itemId,
      ...repeats(first.get(uri), line),
      item: {
        ...objectOf(uri),
        ...(region ? { region } : {}),
        ...(userId ? { userId } : {}),
        ...(line === undefined ? {} : { line }),
        ...(attributes ? { attributes } : {}),
      },
    })),
  );
}

const repeats = (first: number | undefined, line: number | undefined) =>
  first === undefined || first === line ? {} : { repeats: first };

function isDone({ bucket, key, etag, line }: SourceItem, ledger: ChunkLedger, idOf: ItemIds): boolean {
  // An object of a manifest may have changed meanwhile; its line has not.
  return line === undefined ? ledger.has(idOf({ bucket, key, etag })) : ledger.ofLine(line) !== undefined;
}

function byUser(works: readonly ItemWork[]): UserItems[] {
  const groups = new Map<string | ItemWork, ItemWork[]>();
  for (const work of works) {
    const owner = work.item.broken ? work : (work.item.userId ?? work);
    groups.set(owner, [...(groups.get(owner) ?? []), work]);
  }
  return [...groups.values()];
}
