import { type Change, MAX_ITEM_BYTES, runAction, tableNotFound } from './action-store.js';
import { commit } from './commit.js';
import { type Database, keys, readItem, tableInUse } from './database.js';
import {
  type DynaliteError,
  type DynaliteOperation,
  dynaliteDb,
  type Input,
  type Item,
  type Table,
  validInput,
} from './dynalite.js';
import { itemBytes } from './item-size.js';

type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** Reads: GetItem, BatchGetItem, Query, Scan. */
export async function read(database: Database, operation: DynaliteOperation, input: object): Promise<object> {
  const { result } = await runAction(database, operation, validInput(operation, input, MAX_ITEM_BYTES));
  return result;
}

/**
 * One conditional write of one item. A failed condition carries the item as `Item` when the caller asked for it with
 * ReturnValuesOnConditionCheckFailure
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html).
 */
export async function write(
  database: Database,
  operation: WriteOperation,
  input: Record<string, unknown>,
): Promise<object> {
  const valid = validInput(operation, input, MAX_ITEM_BYTES);
  const table = await tableOf(database, valid.TableName);
  const key = keyOf(
    table,
    (operation === 'PutItem' ? valid.Item : valid.Key) as Item,
    operation === 'PutItem',
  );
  return database.locks.hold(keys.items(table.TableName) + key, async () => {
    try {
      return await runAndCommit(database, operation, valid);
    } catch (error) {
      if (input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && isFailedCondition(error)) {
        const item = await readItem(database, table.TableName, key);
        if (item) Object.assign(error.body, { Item: item });
      }
      throw error;
    }
  });
}

/** Up to 25 puts and deletes. Here they are all written or none; AWS promises less. */
export async function batchWrite(database: Database, input: object): Promise<object> {
  const valid = validInput('BatchWriteItem', input, MAX_ITEM_BYTES);
  const requests = valid.RequestItems as unknown as Record<string, BatchRequest[]>;
  const locked: string[] = [];
  for (const [name, writes] of Object.entries(requests)) {
    const table = await tableOf(database, name);
    for (const { PutRequest, DeleteRequest } of writes) {
      if (PutRequest) locked.push(keys.items(name) + keyOf(table, PutRequest.Item, true, 'batch'));
      if (DeleteRequest) locked.push(keys.items(name) + keyOf(table, DeleteRequest.Key, false, 'batch'));
    }
  }
  return database.locks.hold(locked, () => runAndCommit(database, 'BatchWriteItem', valid));
}

interface BatchRequest {
  PutRequest?: { Item: Item };
  DeleteRequest?: { Key: Item };
}

async function runAndCommit(
  database: Database,
  operation: WriteOperation | 'BatchWriteItem',
  input: Input,
): Promise<object> {
  const { result, changes } = await runAction(database, operation, input);
  const tables = new Map<string, Table>();
  for (const name of new Set(changes.map((change) => change.table))) {
    tables.set(name, await tableOf(database, name));
  }
  for (const change of changes) {
    checkIndexKeys(tables.get(change.table), change);
    checkSize(change, operation);
  }
  await commit(database, changes, tables);
  return result;
}

async function tableOf(database: Database, name: string): Promise<Table> {
  const table = await tableInUse(database, name);
  if (!table || table.TableStatus === 'CREATING' || table.TableStatus === 'DELETING') {
    throw tableNotFound(name, false);
  }
  return table;
}

function keyOf(table: Table, item: Item, whole: boolean, batch?: 'batch'): string {
  const invalid = whole ? dynaliteDb.validateItem(item, table) : dynaliteDb.validateKey(item, table);
  if (invalid && batch && /Missing the key|Type mismatch for key/.test(invalid.message)) {
    throw dynaliteDb.validationError('The provided key element does not match the schema');
  }
  if (invalid) throw invalid;
  return dynaliteDb.createKey(item, table);
}

/** An empty string or binary cannot be an index key; dynalite lets it through. */
function checkIndexKeys(table: Table | undefined, { after, before }: Change): void {
  if (!after || after === before) return;
  const indexes = [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
  for (const { IndexName, KeySchema } of indexes) {
    for (const { AttributeName } of KeySchema) {
      const value = after[AttributeName];
      if (value?.S !== '' && value?.B !== '') continue;
      throw dynaliteDb.validationError(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          'The AttributeValue for a key attribute cannot contain an empty string value. ' +
          `IndexName: ${IndexName}, IndexKey: ${AttributeName}`,
      );
    }
  }
}

function checkSize({ after, before }: Change, operation: string): void {
  if (!after || after === before || itemBytes(after) <= MAX_ITEM_BYTES) return;
  const which = operation === 'UpdateItem' ? 'Item size to update' : 'Item size';
  throw dynaliteDb.validationError(`${which} has exceeded the maximum allowed size`);
}

function isFailedCondition(error: unknown): error is DynaliteError & { body: object } {
  return (error as DynaliteError).body?.__type.endsWith('#ConditionalCheckFailedException') ?? false;
}
