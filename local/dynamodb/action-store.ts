import { afterPrefix, type Database, dropTable, keys, putTable, readTable, tableInUse } from './database.js';
import {
  type ActionDb,
  type ActionStore,
  actionOf,
  type Callback,
  type DynaliteError,
  type DynaliteOperation,
  dynaliteDb,
  type Input,
  type Item,
  type KeyRange,
  type Table,
} from './dynalite.js';
import { type Guard, settle, stream } from './dynalite-stream.js';

/** An item that an action changed: its state before and after (undefined: absent). */
export interface Change {
  table: string;
  key: string;
  before: Item | undefined;
  after: Item | undefined;
}

/** The largest item in bytes (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). */
export const MAX_ITEM_BYTES = 409_600;

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/**
 * Runs an action of dynalite. What it would write to items is not written but handed back, so that the caller can commit an
 * item with its index entries in one batch; tables are written as it goes. Every callback into dynalite is guarded: an
 * unexpected throw rejects this one call, instead of ending the process.
 */
export function runAction(
  database: Database,
  operation: DynaliteOperation,
  input: Input,
): Promise<{ result: object; changes: Change[] }> {
  return new Promise((resolve, reject) => {
    const guard: Guard = (callback) => (error, result) => {
      try {
        callback(error, result);
      } catch (thrown) {
        reject(thrown);
      }
    };
    const changes = new Map<string, Change>();
    // An operation on a table changes the description that it is given.
    const describe = operation.endsWith('Table') ? readTable : tableInUse;
    const store = actionStore(database, input, changes, guard, describe);
    actionOf(operation)(store, input, (error, result) => {
      if (error) reject(error);
      else resolve({ result: result ?? {}, changes: [...changes.values()] });
    });
  });
}

function actionStore(
  database: Database,
  input: Input,
  changes: Map<string, Change>,
  guard: Guard,
  describe: typeof readTable,
): ActionStore {
  const { level } = database;

  const plain = (prefix: string): ActionDb => ({
    lock: (_key, task) => task((callback) => callback), // the caller holds the lock already
    get: (key, callback) => settle(level.get(prefix + key), guard(callback)),
    put: (key, value, callback) => settle(level.put(prefix + key, value), guard(callback)),
    del: (key, callback) => settle(level.del(prefix + key), guard(callback)),
    batch: (operations, callback) =>
      settle(
        level.batch(operations.map((each) => ({ ...each, key: prefix + each.key }) as never)),
        guard(callback),
      ),
    createKeyStream: () =>
      stream(level.keys({ gte: prefix, lt: afterPrefix(prefix) }), guard, (key) => key.slice(prefix.length)),
    createValueStream: (range = {}) => stream(level.values(within(prefix, range)), guard, (value) => value),
  });

  const items = (table: string): ActionDb => {
    const prefix = keys.items(table);
    const change = (key: string, after: Item | undefined) => {
      const known = changes.get(prefix + key);
      changes.set(prefix + key, { table, key, before: known?.before, after });
    };
    return {
      ...plain(prefix),
      get(key, callback) {
        const read = level.get(prefix + key) as Promise<Item | undefined>;
        settle(
          read.then((before) => {
            changes.set(prefix + key, { table, key, before, after: before });
            return before;
          }),
          guard(callback),
        );
      },
      put(key, value, callback) {
        change(key, value as Item);
        settle(Promise.resolve(), guard(callback));
      },
      del(key, callback) {
        change(key, undefined);
        settle(Promise.resolve(), guard(callback));
      },
    };
  };

  /** Index entries are derived from the changes at commit (commit.ts); what dynalite would write is dropped. */
  const index = (table: string, name: string): ActionDb => ({
    ...plain(keys.index(table, name)),
    put: (_key, _value, callback) => settle(Promise.resolve(), guard(callback)),
    del: (_key, callback) => settle(Promise.resolve(), guard(callback)),
    createValueStream: (range = {}) =>
      stream(level.values(within(keys.index(table, name), resumed(range))), guard, (value) => value),
  });

  /** dynalite resumes an index at a key without the item's full key, which our entries have (see commit.ts). */
  const resumed = (range: KeyRange): KeyRange => {
    const start = input.ExclusiveStartKey as Item | undefined;
    if (!start || !currentTable) return range;
    const suffix = dynaliteDb.createKey(start, currentTable);
    if (range.reverse) return { ...range, ...(range.lt !== undefined && { lt: range.lt + suffix }) };
    return { ...range, ...(range.gt !== undefined && { gt: range.gt + suffix }) };
  };

  let currentTable: Table | undefined;

  return {
    options: { maxItemSize: MAX_ITEM_BYTES, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 },
    tableDb: {
      ...plain('table~'),
      put: (_name, table, callback) => settle(putTable(database, table as Table), guard(callback)),
      del: (name, callback) => settle(dropTable(database, name), guard(callback)),
      awsAccountId: ACCOUNT,
      awsRegion: REGION,
    },
    getItemDb: items,
    getIndexDb: (_type, table, name) => index(table, name),
    getTagDb: () => plain('unused~'),
    deleteItemDb: (_table, callback) => settle(Promise.resolve(), guard(callback)), // dropTable does it in one go
    deleteIndexDb: (_type, _table, _index, callback) => settle(Promise.resolve(), guard(callback)),
    deleteTagDb: (_table, callback) => settle(Promise.resolve(), guard(callback)),
    getTable(name, checkStatus, callback) {
      const done = typeof checkStatus === 'function' ? checkStatus : callback;
      const anyStatus = checkStatus === false;
      settle(
        describe(database, name).then((table) => {
          const ready = table && (anyStatus || !['CREATING', 'DELETING'].includes(table.TableStatus));
          if (!ready) throw tableNotFound(name, anyStatus);
          currentTable = table;
          return table;
        }),
        guard(done as Callback<Table>),
      );
    },
  };
}

/** As AWS words it: with the name where the table itself is asked for, without where items are. */
export function tableNotFound(name: string, named = true): DynaliteError {
  const message = named
    ? `Requested resource not found: Table: ${name} not found`
    : 'Requested resource not found';
  const error: DynaliteError = new Error(message);
  error.name = 'NotFoundError';
  error.statusCode = 400;
  error.body = { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message };
  return error;
}

function within(prefix: string, range: KeyRange): KeyRange {
  const bound = (key: string | undefined) => (key === undefined ? undefined : prefix + key);
  const lower = range.gt === undefined ? { gte: bound(range.gte) ?? prefix } : { gt: prefix + range.gt };
  const upper =
    range.lt === undefined ? { lte: bound(range.lte) ?? afterPrefix(prefix) } : { lt: prefix + range.lt };
  return { ...lower, ...upper, reverse: range.reverse ?? false, limit: range.limit ?? -1 };
}
