import { tableNotFound } from './action-store.js';
import { type Database, keys, readTable } from './database.js';
import type { Table } from './dynalite.js';

/** What a table has beside dynalite's description. */
export interface Extras {
  ttl?: string;
  deletionProtection?: boolean;
  sse?: { type: string; key?: string };
  tableClass?: string;
  tags?: Record<string, string>;
}

/** Runs `task` while nothing else changes the table. */
export function changeTable<T>(database: Database, name: string, task: () => Promise<T>): Promise<T> {
  return database.locks.hold(keys.table(name), task);
}

/** Empty for a table that has none. */
export async function readExtras(database: Database, name: string): Promise<Extras> {
  return ((await database.level.get(keys.extras(name))) ?? {}) as Extras;
}

/** Throws ResourceNotFoundException. */
export async function tableOrThrow(database: Database, name: string): Promise<Table> {
  const table = await readTable(database, name);
  if (!table) throw tableNotFound(name);
  return table;
}
