import { countKey, type ItemCounts, type ItemOutcome } from '../../domain/batch/item.js';

/** What the ledger has of a chunk, as it is and as it becomes. */
export interface ChunkLedger {
  /** By the id of the item. */
  has(itemId: string): boolean;
  of(itemId: string): ItemOutcome | undefined;
  /** By the line of the manifest. */
  ofLine(line: number): ItemOutcome | undefined;
  add(outcome: ItemOutcome): void;
  counts(): ItemCounts;
  items(): number;
  rows(): ItemOutcome[];
}

export function createChunkLedger(rows: readonly ItemOutcome[]): ChunkLedger {
  const byId = new Map<string, ItemOutcome>();
  const byLine = new Map<number, ItemOutcome>();
  const add = (outcome: ItemOutcome) => {
    if (outcome.was) byId.delete(outcome.was);
    byId.set(outcome.itemId, outcome);
    if (outcome.line !== undefined) byLine.set(outcome.line, outcome);
  };
  rows.forEach(add);
  return {
    has: (itemId) => byId.has(itemId),
    of: (itemId) => byId.get(itemId),
    ofLine: (line) => byLine.get(line),
    add,
    counts: () => countsOf([...byId.values()]),
    items: () => byId.size,
    rows: () => [...byId.values()],
  };
}

export function countsOf(outcomes: readonly ItemOutcome[]): ItemCounts {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[countKey(outcome)] = (counts[countKey(outcome)] ?? 0) + 1;
  return counts;
}
