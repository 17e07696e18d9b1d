import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { createKeyedLock, type KeyedLock } from '../keyed-lock.js';
import type { Item, Table } from './dynalite.js';

/** Where the tables, items and index entries are: one LevelDB, JSON values. */
export interface Database {
  level: ClassicLevel<string, unknown>;
  /** Tables as items need them, until a table changes; nobody changes those. */
  tables: Map<string, Promise<Table | undefined>>;
  /** Held by key for items, and by `table~<name>` for changes of a table. */
  locks: KeyedLock;
  close(): Promise<void>;
}

/** Keys sort as they are read: a table's items, and an index's entries, stand together. `~` is in no name and no key. */
export const keys = {
  table: (name: string) => `table~${name}`,
  /** What dynalite's description of a table does not hold. */
  extras: (name: string) => `extras~${name}`,
  items: (table: string) => `item~${table}~`,
  indexes: (table: string) => `index~${table}~`,
  index: (table: string, index: string) => `index~${table}~${index}~`,
};

/** Past every key that starts with `prefix`. */
export const afterPrefix = (prefix: string) => `${prefix}\uffff`;

/**
 * Opens the database in `directory`, and puts right what a killed process left half done: a table that was being created is
 * active, one that was being deleted is deleted. Throws an Error with code LEVEL_LOCKED in its cause when another process
 * has it open.
 */
export async function openDatabase(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const level = new ClassicLevel<string, unknown>(directory, { valueEncoding: 'json' });
  await level.open();
  const database = { level, tables: new Map(), locks: createKeyedLock(), close: () => level.close() };
  for await (const [key, value] of level.iterator({ gte: 'table~', lt: afterPrefix('table~') })) {
    const table = value as Table;
    if (table.TableStatus === 'DELETING') await dropTable(database, table.TableName);
    else if (table.TableStatus !== 'ACTIVE') await level.put(key, active(table));
  }
  return database;
}

/** The table, or undefined; every time another object, which may be changed. */
export async function readTable(database: Database, name: string): Promise<Table | undefined> {
  return (await database.level.get(keys.table(name))) as Table | undefined;
}

/** The table as it was read since it last changed, or undefined: each request of an item asks for it, and more than once. */
export function tableInUse(database: Database, name: string): Promise<Table | undefined> {
  const known = database.tables.get(name);
  if (known) return known;
  const read = readTable(database, name);
  database.tables.set(name, read);
  const forget = () => {
    if (database.tables.get(name) === read) database.tables.delete(name);
  };
  read.then((table) => table ?? forget(), forget);
  return read;
}

/** Writes a table's own entry; the next request of an item reads it. */
export async function putTable(database: Database, table: Table): Promise<void> {
  await database.level.put(keys.table(table.TableName), table);
  database.tables.delete(table.TableName);
}

/** The item under dynalite's key, or undefined. */
export async function readItem(database: Database, table: string, key: string): Promise<Item | undefined> {
  return (await database.level.get(keys.items(table) + key)) as Item | undefined;
}

/** Removes a table with all that belongs to it; the table's own entry goes last. */
export async function dropTable(database: Database, name: string): Promise<void> {
  for (const prefix of [keys.items(name), keys.indexes(name)]) {
    await database.level.clear({ gte: prefix, lt: afterPrefix(prefix) });
  }
  await database.level.batch([
    { type: 'del', key: keys.extras(name) },
    { type: 'del', key: keys.table(name) },
  ]);
  database.tables.delete(name);
}

function active(table: Table): Table {
  const indexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
  return { ...table, TableStatus: 'ACTIVE', ...(indexes && { GlobalSecondaryIndexes: indexes }) };
}
