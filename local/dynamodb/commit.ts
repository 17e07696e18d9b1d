import type { Change } from './action-store.js';
import { type Database, keys } from './database.js';
import { dynaliteDb, type Item, type SecondaryIndex, type Table } from './dynalite.js';

type BatchOperation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

/**
 * Writes changed items with all their index entries as one batch: after a crash an item and its entries are both there or
 * both not. Returns when LevelDB has them in its log, so that a killed process loses nothing (a power cut may: no fsync).
 */
export async function commit(
  database: Database,
  changes: Change[],
  tables: Map<string, Table>,
): Promise<void> {
  const operations: BatchOperation[] = [];
  for (const { table: name, key, before, after } of changes) {
    const table = tables.get(name);
    if (before === after || !table) continue;
    const itemKey = keys.items(name) + key;
    operations.push(after ? { type: 'put', key: itemKey, value: after } : { type: 'del', key: itemKey });
    for (const indexes of [table.GlobalSecondaryIndexes, table.LocalSecondaryIndexes]) {
      operations.push(...indexOperations(table, indexes ?? [], key, before, after));
    }
  }
  if (operations.length > 0) await database.level.batch(operations as never);
}

/** Entries end with the item's full key: two items with the same index key never share an entry. */
function indexOperations(
  table: Table,
  indexes: SecondaryIndex[],
  itemKey: string,
  before: Item | undefined,
  after: Item | undefined,
): BatchOperation[] {
  const { puts, deletes } = dynaliteDb.getIndexActions(indexes, before, after, table);
  const entry = (index: string, key: string) => keys.index(table.TableName, index) + key + itemKey;
  return [
    ...deletes.map(({ index, key }) => ({ type: 'del' as const, key: entry(index, key) })),
    ...puts.map(({ index, key, item }) => ({ type: 'put' as const, key: entry(index, key), value: item })),
  ];
}
